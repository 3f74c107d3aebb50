"""What a tool written in Python says to the run that it is part of. Standard library only: copy it, or read how.

    runner = Runner("mytool 1.2")
    runner.ignore_input(".mytool-cache")
    url = runner.get_env("API_URL")

Outside of a run, and once the runner is gone, calls do nothing. Strings stand for bytes as `os.environ` has them.
"""

import base64
import json
import os
import socket


class Runner:
    def __init__(self, client):
        self._socket = None
        endpoint, token = os.environ.get("REPRISE_IPC"), os.environ.get("REPRISE_IPC_TOKEN")
        if not endpoint or not token:
            return
        try:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.connect(endpoint)
            self._answers = self._socket.makefile("rb")
        except OSError:
            self._socket = None
        self._send({"type": "hello", "version": 1, "token": token, "client": client})

    def ignore_input(self, path):
        self._send({"type": "ignoreInput", "path": _text(os.path.abspath(path))})

    def ignore_output(self, path):
        self._send({"type": "ignoreOutput", "path": _text(os.path.abspath(path))})

    def disable_cache(self):
        self._send({"type": "disableCache"})

    def get_env(self, name, tracked=True):
        """The value that the runner has, or `None`."""
        answer = self._ask({"type": "getEnv", "name": _text(name), "tracked": tracked}, "env")
        return None if answer is None or answer["value"] is None else _string(answer["value"])

    def get_envs(self, glob, tracked=True):
        """Names and values of all variables whose name the glob fits."""
        answer = self._ask({"type": "getEnvs", "glob": _text(glob), "tracked": tracked}, "envs")
        return {} if answer is None else {_string(name): _string(value) for name, value in answer["values"]}

    def _ask(self, question, kind):
        self._send(question)
        try:
            line = self._answers.readline() if self._socket else b""
        except OSError:
            line = b""
        answer = json.loads(line) if line.endswith(b"\n") else {"type": "error"}
        if answer["type"] == kind:
            return answer
        self._socket = None  # It is gone, or does not go on with this client; then it does not store the result.
        return None

    def _send(self, frame):
        try:
            if self._socket:
                self._socket.sendall(json.dumps(frame).encode() + b"\n")
        except OSError:
            self._socket = None


def _text(string):
    raw = string if isinstance(string, bytes) else string.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode()}


def _string(text):
    raw = base64.b64decode(text["base64"]) if isinstance(text, dict) else text.encode("utf-8")
    return raw.decode("utf-8", "surrogateescape")

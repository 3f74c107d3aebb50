package main

// What a tool written in Go says to the run that it is part of. Standard library only: copy it, or read how.
//
//	runner := Connect("mytool 1.2")
//	runner.IgnoreInput(".mytool-cache")
//	url, found := runner.GetEnv("API_URL", true)
//
// Outside of a run, and once the runner is gone, calls do nothing.

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"sync"
	"unicode/utf8"
)

type Runner struct {
	mutex      sync.Mutex
	connection net.Conn
	answers    *bufio.Reader
}

type frame map[string]any

func Connect(client string) *Runner {
	runner := &Runner{}
	endpoint, token := os.Getenv("REPRISE_IPC"), os.Getenv("REPRISE_IPC_TOKEN")
	if endpoint == "" || token == "" {
		return runner
	}
	if connection, err := net.Dial("unix", endpoint); err == nil {
		runner.connection, runner.answers = connection, bufio.NewReader(connection)
		runner.say(frame{"type": "hello", "version": 1, "token": token, "client": client})
	}
	return runner
}

func (runner *Runner) IgnoreInput(path string)  { runner.ignore("ignoreInput", path) }
func (runner *Runner) IgnoreOutput(path string) { runner.ignore("ignoreOutput", path) }
func (runner *Runner) DisableCache()            { runner.say(frame{"type": "disableCache"}) }

// GetEnv gives the value that the runner has, and whether it has one.
func (runner *Runner) GetEnv(name string, tracked bool) (string, bool) {
	var answer struct{ Value *text }
	runner.ask(frame{"type": "getEnv", "name": text(name), "tracked": tracked}, "env", &answer)
	if answer.Value == nil {
		return "", false
	}
	return string(*answer.Value), true
}

// GetEnvs gives all variables whose name the glob fits.
func (runner *Runner) GetEnvs(glob string, tracked bool) map[string]string {
	var answer struct{ Values [][2]text }
	runner.ask(frame{"type": "getEnvs", "glob": text(glob), "tracked": tracked}, "envs", &answer)
	values := map[string]string{}
	for _, variable := range answer.Values {
		values[string(variable[0])] = string(variable[1])
	}
	return values
}

func (runner *Runner) ignore(kind, path string) {
	if absolute, err := filepath.Abs(path); err == nil {
		runner.say(frame{"type": kind, "path": text(absolute)})
	}
}

func (runner *Runner) say(report frame) {
	runner.mutex.Lock()
	defer runner.mutex.Unlock()
	runner.send(report)
}

func (runner *Runner) ask(question frame, kind string, answer any) {
	runner.mutex.Lock()
	defer runner.mutex.Unlock()
	if runner.send(question); runner.connection == nil {
		return
	}
	line, err := runner.answers.ReadBytes('\n')
	var head struct{ Type string }
	if err == nil && json.Unmarshal(line, &head) == nil && head.Type == kind && json.Unmarshal(line, answer) == nil {
		return
	}
	runner.connection = nil // It is gone, or does not go on with this client; then it does not store the result.
}

func (runner *Runner) send(message frame) {
	if runner.connection == nil {
		return
	}
	line, _ := json.Marshal(message)
	if _, err := runner.connection.Write(append(line, '\n')); err != nil {
		runner.connection = nil
	}
}

// A text is a JSON string where its bytes are UTF-8, else {"base64": "…"}.
type text string

func (bytes text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(bytes)) {
		return json.Marshal(string(bytes))
	}
	return json.Marshal(map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(bytes))})
}

func (bytes *text) UnmarshalJSON(source []byte) error {
	if source[0] == '"' {
		return json.Unmarshal(source, (*string)(bytes))
	}
	var coded struct{ Base64 []byte }
	err := json.Unmarshal(source, &coded)
	*bytes = text(coded.Base64)
	return err
}

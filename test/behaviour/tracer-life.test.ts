import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { AbsolutePath } from '../../src/base/path.ts';
import { directoryWith } from '../harness/files.ts';
import { compileC, executed, helperPath, seen, traced, TracedRun, tracedShell, type TracedOptions } from '../harness/traced.ts';

describe('variables by the control descriptor', () => {
  test('are in the environment of the task, byte for byte', async () => {
    const root = directoryWith({});
    const variables = Buffer.from('A=\xff\0B\xfe=b=\xc3\xa9\0C=\0', 'latin1');
    await traced(['/bin/cp', '/proc/self/environ', 'environment'], { root, variables, env: { PATH: '/bin', D: 'd' } });
    // The last one is the tracer's.
    const found = readFileSync(`${root}/environment`, 'latin1').replace('LD_PRELOAD=linux-reprise/trace.so\0', '').split('\0');
    expect(found.toSorted()).toEqual(['', 'A=\xff', 'B\xfe=b=\xc3\xa9', 'C=', 'D=d', 'PATH=/bin']);
  });

  test('may be more than the system lets a process start with', async () => {
    const variables = Buffer.from(`A=${'\xff'.repeat(200_000)}\0`, 'latin1');
    const { frames } = await traced(['/bin/true'], { root: directoryWith({}), variables });
    expect(frames).toContainEqual({ kind: 'not-started', errno: constants.errno.E2BIG });
  });

  test('that do not all come keep the task from being started', async () => {
    const root = directoryWith({});
    const words = ['--variables', '9', '--report-fd', '3', '--control-fd', '4', '--', '/bin/touch', 'touch', `${root}/file`];
    const helper = spawn(helperPath(), words, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    (helper.stdio[4] as Writable).end('A=\xff');
    // One that checks itself has another code, since it frees nothing before it fails.
    expect((await once(helper, 'exit'))[0]).toBeGreaterThan(0);
    expect(existsSync(`${root}/file`)).toBe(false);
  });
});

describe('the end of a task', () => {
  test('an exit code', async () => {
    const { frames, exitCode } = await tracedShell('exit 7', { root: directoryWith({}) });
    expect(exitCode).toBe(7);
    expect(frames.map((frame) => frame.kind)).toEqual(['started', 'exited', 'events', 'end']);
    expect(frames[1]).toEqual({ kind: 'exited', code: 7 });
  });

  test('a signal', async () => {
    const { frames, exitCode } = await tracedShell('kill -KILL $$', { root: directoryWith({}) });
    expect(exitCode).toBe(137);
    expect(frames).toContainEqual({ kind: 'signalled', number: 9 });
  });

  test.each([true, false])('a program that is not there (traced: %s)', async (isTraced) => {
    const root = directoryWith({});
    const { frames, exitCode, trace } = await traced([`${root}/missing`], { root, traced: isTraced });
    expect(exitCode).toBe(127);
    expect(frames[0]).toEqual({ kind: 'not-started', errno: 2 });
    expect(seen(trace, root)).toEqual(isTraced ? ['stat missing (absent)'] : []);
  });

  test('is told while others of the tree still run, which are then waited for', async () => {
    const { root, gate } = gated();
    const run = new TracedRun(['/bin/sh', '-c', '(read line < gate; cat late) >/dev/null & exit 3'], { root });
    expect(await run.frame('exited')).toEqual({ kind: 'exited', code: 3 });
    gate.open();
    const { trace } = await run.ended;
    expect(seen(trace, root)).toContain('read late (absent)');
    expect(trace.incomplete).toBeUndefined();
  });

  test('what outlives it is named, left alone and still served', async () => {
    const { root, gate } = gated();
    writeFileSync(`${root}/input`, 'text');
    const survivor = `setsid sh -c 'read line < gate; cat input > copy; echo done > gate' & true`;
    const { frames, trace, exitCode } = await tracedShell(`(${survivor}) > /dev/null`, { root });
    expect(exitCode).toBe(0);
    expect(frames).toContainEqual({ kind: 'survivor', pid: expect.any(Number), name: 'sh' });
    expect(trace.incomplete).toEqual({ program: 'sh', why: 'was still running after the command ended' });
    gate.open();
    expect(gate.read()).toBe('done\n');
    expect(readFileSync(`${root}/copy`, 'utf8')).toBe('text');
  });

  test('a tree that kills itself is no trouble', async () => {
    const { exitCode, trace } = await tracedShell('sh -c "kill -STOP \\$\\$" & kill -KILL 0', { root: directoryWith({}) });
    expect(exitCode).toBe(137);
    expect(trace.incomplete).toBeUndefined();
  });
});

describe('the runner', () => {
  const stubborn = `trap 'echo told' TERM; setsid sh -c 'trap "" TERM INT HUP; echo $$; read line < gate' & echo $$; while :; do wait; done`;

  test('passes signals to the whole group', async () => {
    const { run } = await startedStubborn();
    run.signal(15);
    await run.said('told');
    run.kill();
    expect((await run.ended).exitCode).toBe(137);
  });

  test.each([
    ['kills', (run: TracedRun) => run.kill()],
    ['dies', (run: TracedRun) => run.abandon()],
  ])('when it %s, nothing of the tree is left, whatever session it is in', async (_, act) => {
    const { run, pids } = await startedStubborn();
    act(run);
    await run.ended;
    expect(pids.filter(isRunning)).toEqual([]);
  });

  test('may kill what is stopped', async () => {
    const run = new TracedRun(['/bin/sh', '-c', 'echo ready; kill -STOP $$'], { root: directoryWith({}) });
    await run.said('ready');
    run.kill();
    expect((await run.ended).exitCode).toBe(137);
  });

  test('sees the end of the output though the helper goes on', async () => {
    const { root, gate } = gated();
    const run = new TracedRun(['/bin/sh', '-c', 'exec > /dev/null; read line < gate'], { root });
    await run.outputEnded();
    expect(run.helper.exitCode).toBe(null);
    gate.open();
    expect((await run.ended).exitCode).toBe(0);
  });

  test('does not lose the task to the signals of a terminal', async () => {
    const { root, gate } = gated();
    const run = new TracedRun(['/bin/sh', '-c', 'read line < gate'], { root });
    await run.frame('started');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const) run.helper.kill(signal);
    gate.open();
    expect((await run.ended).exitCode).toBe(0);
  });

  async function startedStubborn() {
    const { root } = gated();
    const run = new TracedRun(['/bin/sh', '-c', `${stubborn}`], { root });
    const lines = async (text = ''): Promise<number[]> => {
      const pids = text.split('\n').filter((line) => /^\d+$/.test(line));
      if (pids.length === 2) return pids.map(Number);
      return lines(text + String((await once(run.helper.stdout ?? run.helper, 'data'))[0]));
    };
    return { run, pids: await lines() };
  }
});

describe('the task', () => {
  test('has its own group, default signals, and nothing of ours', async () => {
    const root = directoryWith({});
    const script = 'cut -d" " -f5 /proc/$$/stat; echo $$; grep -E "^Sig(Blk|Ign)" /proc/self/status; ls /proc/$$/fd';
    const { output } = await tracedShell(script, { root });
    const [group, pid, blocked, ignored, ...descriptors] = output.trim().split('\n');
    expect(group).toBe(pid);
    expect([blocked, ignored]).toEqual(['SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']);
    expect(descriptors.filter((fd) => Number(fd) > 2 && Number(fd) < 10)).toEqual([]);
  });

  test('can be run without being traced', async () => {
    const { frames, trace } = await tracedShell('grep Seccomp: /proc/self/status', { root: directoryWith({}), traced: false });
    expect(frames[0]).toEqual({ kind: 'started', pid: expect.any(Number), untraced: '' });
    expect(trace.notifications).toBe(0);
  });

  test('may be a memfd', async () => {
    const root = directoryWith({ tool: '#!/bin/sh\necho ran\n' });
    const source = `
      #define _GNU_SOURCE
      #include <sys/mman.h>
      #include <unistd.h>
      extern char **environ;
      int main(void) {
        int fd = memfd_create("tool", 0);
        write(fd, "#!/bin/sh\\necho ran\\n", 19);
        char *arguments[] = {"tool", 0};
        return fexecve(fd, arguments, environ);
      }`;
    const { output, trace } = await traced([compileC(root as AbsolutePath, source) ?? ''], { root });
    expect(output).toBe('ran\n');
    expect(executed(trace)).toContain('/bin/sh');
  });
});

/** A directory with a FIFO on which programs wait until the test opens it. */
function gated(): Pick<TracedOptions, 'root'> & { gate: { open: () => void; read: () => string } } {
  const root = directoryWith({});
  execFileSync('mkfifo', [`${root}/gate`]);
  return {
    root,
    gate: { open: () => writeFileSync(`${root}/gate`, 'go\n'), read: () => readFileSync(`${root}/gate`, 'utf8') },
  };
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeTrace } from '../../src/execute/trace/decode.ts';
import { ReportFrames } from '../../src/execute/trace/report-frames.ts';
import { directoryWith } from '../harness/files.ts';
import { createRig } from '../harness/rig.ts';
import { cli, node } from '../harness/cli.ts';
import { compileC, helperPath, seen, traced, tracedShell } from '../harness/traced.ts';

/** `program NUMBER ERRNO COMMAND…`: the command and all below it get the error from this system call. */
const denying = `
  #include <linux/filter.h>
  #include <linux/seccomp.h>
  #include <stddef.h>
  #include <stdlib.h>
  #include <sys/prctl.h>
  #include <unistd.h>
  int main(int count, char **arguments) {
    struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, atoi(arguments[1]), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi(arguments[2])),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
    execv(arguments[3], arguments + 3);
    return 99;
  }`;

/** Of x86-64. */
const calls = { seccomp: '317', process_vm_readv: '310', memfd_create: '319' } as const;
const errors = { EPERM: '1', ENOSYS: '38' } as const;

function denier(call: keyof typeof calls, error: keyof typeof errors): string[] {
  const directory = directoryWith({});
  chmodSync(directory, 0o755);
  return [compileC(directory, denying) ?? '', calls[call], errors[error]];
}

const says = 'cat input; : > made; echo ran';

// The numbers are those of x86-64.
describe.skipIf(process.arch !== 'x64')('where the system denies', () => {
  test.each(['EPERM', 'ENOSYS'] as const)('filters (%s), the task runs untraced, and says why', async (error) => {
    const root = directoryWith({ input: '' });
    const { frames, output, exitCode } = await tracedShell(says, { root, privileges: denier('seccomp', error) });
    expect([output, exitCode]).toEqual(['ran\n', 0]);
    const why = error === 'EPERM' ? 'the system forbids seccomp filters' : 'the system has no seccomp user notifications';
    expect(frames[0]).toMatchObject({ kind: 'started', untraced: why });
  });

  test.each(['EPERM', 'ENOSYS'] as const)(
    'a look into the memory of others (%s), the task runs, and its trace is incomplete',
    async (error) => {
      const root = directoryWith({ input: '' });
      const { trace, output, exitCode } = await tracedShell(says, { root, privileges: denier('process_vm_readv', error) });
      expect([output, exitCode]).toEqual(['ran\n', 0]);
      expect(trace.incomplete).toMatchObject({ why: 'its memory could not be read' });
    },
  );

  test.each(['EPERM', 'ENOSYS'] as const)('shared memory (%s), the task runs and is traced', async (error) => {
    const root = directoryWith({ input: '' });
    const { trace, output, exitCode } = await tracedShell(says, { root, privileges: denier('memfd_create', error) });
    expect([output, exitCode]).toEqual(['ran\n', 0]);
    expect(trace.incomplete).toBeUndefined();
    expect(seen(trace, root)).toEqual(expect.arrayContaining(['read input', 'write made (absent)']));
  });

  test('shared memory, a run inside a task knows that its trace is not complete', async () => {
    const root = directoryWith({ input: '' });
    const inner = `${helperPath()} --trace --root ${root} --report-fd 3 --control-fd 4 -- /bin/cat cat input`;
    const { trace } = await tracedShell(`mkfifo control; ${inner} 3> report 4<> control`, {
      root,
      privileges: denier('memfd_create', 'EPERM'),
    });
    expect(decodeTrace(new ReportFrames().push(readFileSync(`${root}/report`))).incomplete).toBeDefined();
    expect(trace.incomplete).toBeUndefined();
  });
});

const hasBubblewrap = spawnSync('bwrap', ['--dev-bind', '/', '/', 'true']).status === 0;

// Debian has it as `bubblewrap`.
describe.skipIf(!hasBubblewrap)('in a sandbox of bubblewrap', () => {
  test('a run traces and stores as ever', async () => {
    const rig = await createRig();
    await rig.write({
      'package.json': { name: 'app' },
      'package-lock.json': {},
      'reprise.config.json': { tasks: { build: 'cp in out' } },
      in: '',
    });
    const sandbox = ['--dev-bind', '/', '/', '--proc', '/proc', '--unshare-pid', '--unshare-net', '--die-with-parent', '--chdir', rig.root];
    const run = () => spawnSync('bwrap', [...sandbox, node, cli, 'run', 'build'], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
    expect(run()).toMatchObject({ status: 0 });
    expect(run().stdout).toContain('cache hit');
  });

  test('a task runs, and is not stored, since its paths mean other files', async () => {
    const root = directoryWith({ input: '' });
    const { trace, output } = await traced(['/usr/bin/bwrap', '--dev-bind', '/', '/', '--unshare-pid', '/bin/sh', '-c', says], { root });
    expect(output).toBe('ran\n');
    expect(trace.incomplete?.why).toMatch(/^changed what paths mean/);
  });
});

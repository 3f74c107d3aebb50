import { describe, expect, test } from 'vitest';
import { accessedDirectory, accesses, accessingProgram, moreAccesses } from '../harness/accesses.ts';
import { executed, seen, traced } from '../harness/traced.ts';

// The table of `src/execute/trace/README.md`; its columns for Go and for real tools are in `test/property`.
describe('every kind of access is seen', () => {
  test.for([
    ['a dynamic program', 'cc', []],
    ['a static program', 'cc', ['-static']],
    ['a program that makes its system calls itself', 'cc', ['-DRAW']],
    ['a static program with another libc', 'musl-gcc', ['-static']],
    ['a dynamic program with another libc', 'musl-gcc', []],
  ] as const)('of %s', async ([, compiler, flags], { skip }) => {
    const program = accessingProgram(compiler, ...flags);
    if ('why' in program) return skip(program.why);
    const root = accessedDirectory();
    const { trace, exitCode } = await traced([program.path], { root });
    expect(exitCode, 'io_uring is refused').toBe(0);
    expect(seen(trace, root)).toEqual(expect.arrayContaining([...accesses, ...moreAccesses]));
    expect(executed(trace)).toEqual(expect.arrayContaining([`${root}/script`, '/bin/sh']));
    expect(trace.incomplete).toBeUndefined();
  });
});

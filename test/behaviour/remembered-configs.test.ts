import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { counting, executions, readConfig, type ReadingOptions } from '../harness/configs.ts';
import { createRig, type Rig } from '../harness/rig.ts';

const file = 'packages/a/reprise.config.mjs';

/** A workspace with one config, which counts how often it is executed. */
async function configured(text: string): Promise<Rig> {
  const rig = await createRig();
  await rig.write({ 'package.json': { name: 'root', workspaces: ['packages/*'] }, [file]: `${counting(rig)}\n${text}` });
  return rig;
}

async function valueOf(rig: Rig, options: ReadingOptions = {}): Promise<unknown> {
  const { answer } = await readConfig(rig, file, options);
  return 'value' in answer ? answer.value : answer;
}

describe('a config that was executed is remembered', () => {
  test('and not executed again while nothing that it depends on changes', async () => {
    const rig = await configured('export default { a: [1] };');
    for (let time = 0; time < 3; time++) expect(await valueOf(rig)).toEqual({ a: [1] });
    expect(executions(rig)).toBe(1);
  });

  test('in TypeScript, too', async () => {
    const rig = await createRig();
    await rig.write({ 'reprise.config.ts': `${counting(rig)}\nconst one: number = 1; export default { one };` });
    for (let time = 0; time < 2; time++)
      expect(await readConfig(rig, 'reprise.config.ts')).toMatchObject({ answer: { value: { one: 1 } } });
    expect(executions(rig)).toBe(1);
  });

  test('in the directory that REPRISE_CACHE_DIR names', async () => {
    const rig = await configured('export default {};');
    const env = { REPRISE_CACHE_DIR: `${rig.temp}/store` };
    for (let time = 0; time < 2; time++) await valueOf(rig, { env });
    expect(executions(rig)).toBe(1);
  });

  const readsThings = `
    import { existsSync, readdirSync, readFileSync } from 'node:fs';
    import { one } from './one.mjs';
    export default { one, data: readFileSync('data.txt', 'utf8'), names: readdirSync('list'), there: existsSync('absent.txt') };`;
  const things = { 'packages/a/one.mjs': 'export const one = 1;', 'packages/a/data.txt': 'data', 'packages/a/list/x': '' };
  const before = { one: 1, data: 'data', names: ['x'], there: false };

  test.each<[string, object, (rig: Rig) => Promise<void>]>([
    ['the file itself', {}, (rig) => rig.write({ [file]: `${counting(rig)}\n${readsThings}\n` })],
    ['a file that it imports', { one: 2 }, (rig) => rig.write({ 'packages/a/one.mjs': 'export const one = 2;' })],
    ['a file that it read', { data: 'other' }, (rig) => rig.write({ 'packages/a/data.txt': 'other' })],
    ['a directory that it listed', { names: ['x', 'y'] }, (rig) => rig.write({ 'packages/a/list/y': '' })],
    ['a file that was not there', { there: true }, (rig) => rig.write({ 'packages/a/absent.txt': '' })],
  ])('until a change of %s', async (_, change, edit) => {
    const rig = await configured(readsThings);
    await rig.write(things);
    for (let time = 0; time < 2; time++) expect(await valueOf(rig)).toEqual(before);
    expect(executions(rig)).toBe(1);
    await edit(rig);
    for (let time = 0; time < 2; time++) expect(await valueOf(rig)).toEqual({ ...before, ...change });
    expect(executions(rig)).toBe(2);
  });

  test.each([
    ['is read', 'process.env.COLOR'],
    ['is looked for', `'COLOR' in process.env ? process.env['COLOR'] : undefined`],
    ['is taken from the module', `(await import('node:process')).env.COLOR`],
  ])('for each value of a variable that %s', async (_, expression) => {
    const rig = await configured(`export default { color: ${expression} ?? 'none' };`);
    for (const [color, times] of [
      ['red', 1],
      ['blue', 2],
      ['red', 2],
      [undefined, 3],
      ['blue', 3],
      ['', 4],
      [undefined, 4],
    ] as const) {
      const env = { OTHER: String(times), ...(color !== undefined && { COLOR: color }) };
      expect(await valueOf(rig, { env })).toEqual({ color: color ?? 'none' });
      expect(executions(rig)).toBe(times);
    }
  });

  test('without its variables in clear', async () => {
    const rig = await configured('export default { is: process.env.TOKEN.length };');
    expect(await valueOf(rig, { env: { TOKEN: 'very-secret-token' } })).toEqual({ is: 17 });
    const stored = Object.values(rig.tree('node_modules/.cache/reprise'));
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.filter((text) => text.includes('very-secret-token'))).toEqual([]);
  });

  test('for questions, too, which write nothing', async () => {
    const rig = await configured('export default { color: process.env.COLOR };');
    await valueOf(rig, { env: { COLOR: 'red' } });
    const tree = rig.tree();
    expect(await valueOf(rig, { env: { COLOR: 'red' }, isReadOnly: true })).toEqual({ color: 'red' });
    expect(executions(rig)).toBe(1);
    expect(await valueOf(rig, { env: { COLOR: 'blue' }, isReadOnly: true })).toEqual({ color: 'blue' });
    expect(executions(rig)).toBe(2);
    expect(rig.tree()).toEqual(tree);
  });
});

describe('a config is executed each time', () => {
  test.each([
    ['that looks at all variables', `export default { count: Object.keys(process.env).length > 0 };`],
    [
      'that starts a program',
      `import { execFileSync } from 'node:child_process'; export default { a: execFileSync('echo', ['1']).toString() };`,
    ],
    [
      'that starts node',
      `import { execFileSync } from 'node:child_process'; export default { a: execFileSync(process.execPath, ['-p', '1']).toString() };`,
    ],
    ['that starts a thread', `import { Worker } from 'node:worker_threads'; new Worker('', { eval: true }); export default {};`],
    [
      'that leaves something in the workspace',
      `import { writeFileSync } from 'node:fs'; writeFileSync('made.txt', ''); export default {};`,
    ],
  ])('%s', async (_, text) => {
    const rig = await configured(text);
    const values = [await valueOf(rig), await valueOf(rig)];
    expect(values).toEqual([expect.not.objectContaining({ code: expect.anything() as unknown }), values[0]]);
    expect(executions(rig)).toBe(2);
  });

  test('that fails', async () => {
    const rig = await configured(`throw new Error('no');`);
    for (let time = 0; time < 2; time++) expect(await valueOf(rig)).toMatchObject({ code: 'config-failed' });
    expect(executions(rig)).toBe(2);
  });

  test('that Node is told to load something before', async () => {
    const rig = await configured('export default {};');
    await rig.write({ 'first.cjs': '' });
    for (let time = 0; time < 2; time++) await valueOf(rig, { env: { NODE_OPTIONS: `--require ${rig.path('first.cjs')}` } });
    expect(executions(rig)).toBe(2);
  });

  test('where the cache is out of order', async () => {
    const rig = await configured('export default { a: 1 };');
    writeFileSync(rig.path('node_modules'), 'no directory');
    for (let time = 0; time < 2; time++) expect(await valueOf(rig)).toEqual({ a: 1 });
    expect(executions(rig)).toBe(2);
  });
});

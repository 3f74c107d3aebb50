import { createTasks, type Run } from './tasks.ts';

/** Scripts for Node that ask for USER by its name, each in another way. */
export const asking = {
  in: `'USER' in process.env`,
  destructuring: 'const { USER, ...others } = process.env',
  hasOwn: `Object.hasOwn(process.env, 'USER')`,
  computed: `process.env[['US', 'ER'].join('')]`,
  'right before a copy': 'process.env.USER; ({ ...process.env })',
  'in a copy': 'for (const name in process.env) if (name === "USER") process.env[name]',
  'in a child': `import { execFileSync } from 'node:child_process'; execFileSync(process.execPath, ['-p', 'process.env.USER'])`,
};

/** Those that take all variables, and so ask for none. */
export const copying = {
  keys: 'Object.keys(process.env)',
  spread: '({ ...process.env })',
  entries: 'Object.entries(process.env)',
  JSON: 'JSON.stringify(process.env)',
  'for in': 'for (const name in process.env) if (name.startsWith("VITE_")) process.env[name]',
  rest: 'const { NODE_ENV, REPRISE_RUN, ...others } = process.env',
  child: `import { spawnSync } from 'node:child_process'; spawnSync('true')`,
  shell: `import { execSync } from 'node:child_process'; execSync('node -e 0; true')`,
  'copy for a child': `import { execSync } from 'node:child_process'; execSync('true', { env: { ...process.env, A: '1' } })`,
  worker: `import { Worker } from 'node:worker_threads'; new Worker('0', { eval: true })`,
};

export const me = { env: { USER: 'me', LOGNAME: 'me' } };
export const you = { env: { USER: 'you', LOGNAME: 'me' } };
export const userChanged = { code: 'env-changed', name: 'USER', change: 'modified' };

type Scripts = Readonly<Record<string, string>>;

/** What a run says of a change of USER: that it hits, or why it misses. */
export async function afterChange(run: Run): Promise<unknown> {
  await run('build', me);
  const { outcome, miss } = await run('build', you);
  return outcome === 'restored' ? 'hit' : miss;
}

/** The same of several scripts in one run. */
export async function afterChangeIn(scripts: Scripts, node = 'node'): Promise<Record<string, unknown>> {
  const names = Object.keys(scripts);
  const tasks = Object.fromEntries(names.map((name, index) => [name, `${node} ${index}.mjs`]));
  const files = Object.fromEntries(names.map((name, index) => [`${index}.mjs`, scripts[name] ?? '']));
  const { run } = await createTasks({ ...tasks, build: { command: 'node -e 0', dependsOn: names } }, files);
  await run('build', me);
  const { tasks: after } = await run('build', you);
  const answers = names.map((name) => [name, after[`app#${name}`]] as const);
  return Object.fromEntries(answers.map(([name, answer]) => [name, answer?.outcome === 'restored' ? 'hit' : answer?.miss]));
}

export function eachOf(scripts: Scripts, answer: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.keys(scripts).map((name) => [name, answer]));
}

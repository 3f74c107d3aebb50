import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { makeTaskId, taskLabel, type Task } from '../../../src/graph/task.ts';
import type { TaskWithEdges } from '../../../src/plan/task-edges.ts';
import { renderGraphPage } from '../../../ui/graph-page.ts';
import { renderDot, renderGraph } from '../../../ui/graph-text.ts';
import { path } from '../report/sample.ts';

const ids = (labels: readonly string[]) => labels.map((one) => one as Task['id']);

function task(label: string, dependsOn: readonly string[] = [], after: readonly string[] = [], text = 'tsc -b'): TaskWithEdges {
  const [directory = '', name = ''] = label.split('#');
  const commands = [{ text, takesExtraArgs: true }];
  const identity = { id: makeTaskId(path(directory), name), directory: path(directory), packageName: directory, name };
  const rest = { origin: 'config', commands, cwd: path(directory), dependsOn: ids(dependsOn), caching: {} } as const;
  return { task: { ...identity, ...rest } as unknown as Task, packageOrder: ids(after) };
}

const odd = 'node -e "console.log(\'</script><b>\\n\')"';
const graph = [task('a#gen', [], [], odd), task('a#build', ['a#gen'], ['b#build']), task('b#build')];

test('as text, each task is followed by what it waits for', () => {
  expect(renderGraph(graph.slice(1), taskLabel, { hasColors: false })).toBe(
    ['a#build: tsc -b', '  dependsOn: a#gen', '  after, with -r: b#build', 'b#build: tsc -b'].join('\n'),
  );
});

test('as dot, every line is one of the grammar, whatever a command holds', () => {
  const [first, ...lines] = renderDot([...graph, task('c#\n"\\', [], [], 'a\nb')], taskLabel).split('\n');
  const string = String.raw`"(?:[^"\\\n]|\\.)*"`;
  const statement = new RegExp(
    `^  (?:rankdir=LR|node \\[shape=box\\]|${string} \\[label=${string}, tooltip=${string}\\]|${string} -> ${string}(?: \\[style=dashed\\])?);$`,
  );
  expect([first, lines.at(-1)]).toEqual(['digraph reprise {', '}']);
  expect(lines.slice(0, -1).filter((line) => !statement.test(line))).toEqual([]);
  expect(lines).toContain('  "a#build" -> "b#build" [style=dashed];');
});

test('the page is one file, and nothing of a workspace can end its script', () => {
  const page = renderGraphPage(graph, taskLabel, '/root');
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toMatch(/src=|href=|https?:/);
  const [, json = ''] = /<script type="application\/json" id="graph">(.*)<\/script>/.exec(page) ?? [];
  expect(JSON.parse(json)).toMatchObject({ tasks: [{ command: odd }, { dependsOn: [0], packageOrder: [2] }, {}] });
});

test('five thousand tasks and a circle among them are laid out and drawn', () => {
  const many = Array.from({ length: 5000 }, (_, index) => task(`p${index}#build`, index % 50 === 0 ? [] : [`p${index - 1}#build`]));
  const drawn = runPage(renderGraphPage([...many, task('x#a', ['x#b']), task('x#b', ['x#a'])], taskLabel, '/'));
  expect(drawn.count).toBe('5002 tasks');
  // What is out of view is not drawn.
  expect(drawn.boxes).toBeGreaterThan(100);
  expect(drawn.boxes).toBeLessThanOrEqual(5002);
});

/** Runs the script of a page in as much of a browser as it asks for. */
function runPage(page: string): { readonly boxes: number; readonly count: string } {
  const [, json = ''] = /id="graph">(.*)<\/script>/.exec(page) ?? [];
  const [, script = ''] = /<script>\n([^]*)<\/script>/.exec(page) ?? [];
  let boxes = 0;
  const frames: (() => void)[] = [];
  const pen = new Proxy({}, { get: (_, name) => (name === 'fillRect' ? () => boxes++ : () => undefined), set: () => true });
  const element = () => ({ getContext: () => pen, addEventListener: () => undefined, textContent: '', checked: true, value: '' });
  const elements = new Map<string, ReturnType<typeof element>>([['graph', { ...element(), textContent: json }]]);
  const getElementById = (id: string) => {
    const known = elements.get(id) ?? element();
    elements.set(id, known);
    return known;
  };
  runInNewContext(script, {
    document: { getElementById, documentElement: {} },
    getComputedStyle: () => ({ getPropertyValue: () => '' }),
    requestAnimationFrame: (paint: () => void) => frames.push(paint),
    addEventListener: () => undefined,
    innerWidth: 1280,
    innerHeight: 800,
    devicePixelRatio: 2,
  });
  for (const paint of frames) paint();
  return { boxes, count: getElementById('count').textContent };
}

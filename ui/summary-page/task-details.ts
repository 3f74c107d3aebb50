import { duration, element } from './dom.ts';
import { dependentsOf } from './neighbours.ts';
import type { Contents, PageData, PageStep } from './page-data.ts';
import type { Selection } from './selection.ts';

/** How many of a task's neighbours, or lines of a step, are shown until more are asked for. */
const atFirst = 100;

/** All that is known of the selected task: what it waited for, and of each step how it was decided and what came of it. */
export function taskDetails(data: PageData, selection: Selection): HTMLElement {
  const dependents = dependentsOf(data);
  const made = element('section', { class: 'details', 'aria-live': 'polite', 'aria-label': 'the selected task' });
  selection.onChange((number) => {
    const task = number === undefined ? undefined : data.tasks[number];
    if (number === undefined || task === undefined) {
      made.replaceChildren(element('p', { class: 'nothing' }, 'No task is selected.'));
      return;
    }
    const neighbours = (title: string, tasks: readonly number[]) =>
      tasks.length > 0 &&
      element(
        'p',
        { class: 'neighbours' },
        element('strong', {}, `${title} `),
        ...partOf(tasks.map((other) => taskLink(data, other, selection))),
      );
    made.replaceChildren(
      element('h2', { class: task.outcome }, task.label, ' ', element('span', { class: 'ending' }, task.ending)),
      ...defined(neighbours('waited for', task.dependsOn), neighbours('waited for by', dependents.get(number) ?? [])),
      ...task.steps.map((step) => stepBlock(step, data)),
    );
    made.scrollTop = 0;
  });
  return made;
}

function taskLink({ tasks }: PageData, number: number, selection: Selection): HTMLElement {
  const task = tasks[number];
  const made = element('button', { type: 'button', class: `link ${task?.outcome ?? ''}` }, task?.label ?? '');
  made.addEventListener('click', () => selection.choose(number));
  return made;
}

function stepBlock({ command, ending, outcome, report, phases, contents }: PageStep, { lines }: PageData): HTMLElement {
  const times = phases.filter(([, from, to]) => to > from).map(([name, from, to]) => `${phaseNames[name]} ${duration(to - from)}`);
  return element(
    'article',
    { class: outcome },
    element('code', { class: 'command' }, command),
    ending === '' ? undefined : element('span', { class: 'ending' }, ` ${ending}`),
    element('ul', { class: 'report' }, ...report.map(reportLine)),
    times.length > 0 && element('p', { class: 'times' }, times.join(' · ')),
    ...contents.map((part) => contentsBlock(part, lines)),
  );
}

/** A line with an arrow begins something, the others go on with it. */
function reportLine(line: string): HTMLElement {
  const begins = line.startsWith('→ ');
  return element('li', { class: begins ? 'begins' : 'goes-on' }, begins ? line.slice(2) : line.trim());
}

export const phaseNames = {
  queue: 'queued',
  lookup: 'lookup',
  hash: 'hashing',
  prepare: 'preparing',
  spawn: 'starting',
  run: 'run',
  digest: 'digesting outputs',
  archive: 'archiving',
  stage: 'staging',
  restore: 'restore',
  publish: 'publishing',
} as const;

function contentsBlock({ title, lines: numbers, more }: Contents, lines: readonly string[]): HTMLElement {
  const made = element('details', {}, element('summary', {}, `${title} (${numbers.length + more})`));
  made.addEventListener(
    'toggle',
    () => {
      const items = numbers.map((number) => element('li', {}, lines[number] ?? ''));
      const rest = more > 0 && element('p', { class: 'nothing' }, `and ${more} more: \`reprise run --last-details -vv\` names them all`);
      made.append(element('ul', { class: 'contents' }, ...items), ...defined(rest));
    },
    { once: true },
  );
  return made;
}

/** The first of many, and a button for the others. */
function partOf(elements: readonly HTMLElement[]): HTMLElement[] {
  if (elements.length <= atFirst) return [...elements];
  const others = element('button', { type: 'button' }, `and ${elements.length - atFirst} more`);
  others.addEventListener('click', () => others.replaceWith(...elements.slice(atFirst)));
  return [...elements.slice(0, atFirst), others];
}

function defined(...elements: readonly (HTMLElement | undefined | false)[]): HTMLElement[] {
  return elements.filter((one) => one instanceof HTMLElement);
}

import { button, duration, element } from './dom.ts';
import type { PageData, PageTask } from './page-data.ts';
import type { Selection } from './selection.ts';

/** As `--row` in the style sheet. */
const rowHeight = 30;

/** All tasks, to be narrowed down by name and by how they ended. Only the rows in view are in the document. */
export function taskList(data: PageData, selection: Selection): HTMLElement {
  const critical = new Set(data.criticalPath.tasks);
  const search = element('input', { type: 'search', placeholder: 'filter by name or command', 'aria-label': 'filter by name or command' });
  const order = element('select', { 'aria-label': 'order' }, ...orders.map(({ name }) => element('option', {}, name)));
  const count = element('span', { class: 'count', role: 'status' });
  const rows = element('ul', { role: 'listbox', tabindex: '0', 'aria-label': 'tasks' });
  const viewport = element('div', { class: 'rows' }, rows);
  const texts = data.tasks.map(({ label, steps }) => [label, ...steps.map(({ command }) => command)].join('\n').toLowerCase());
  const facets = facetsOf(data, critical);
  let facet = facets[0];
  let shown: readonly number[] = [];

  const refresh = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (index: number) => facet?.tasks.has(index) === true && words.every((word) => texts[index]?.includes(word));
    shown = (orders[order.selectedIndex]?.sorted(data.tasks) ?? []).filter(fits);
    count.textContent = shown.length === data.tasks.length ? `${shown.length} tasks` : `${shown.length} of ${data.tasks.length} tasks`;
    rows.style.height = `${shown.length * rowHeight}px`;
    viewport.scrollTop = 0;
    draw();
  };
  const draw = () => {
    const first = Math.max(0, Math.floor(viewport.scrollTop / rowHeight) - 5);
    const last = Math.min(shown.length, Math.ceil((viewport.scrollTop + (viewport.clientHeight || 600)) / rowHeight) + 5);
    rows.replaceChildren(...shown.slice(first, last).map((task, index) => row(data.tasks[task] as PageTask, task, first + index)));
  };
  const row = (task: PageTask, number: number, position: number) => {
    const made = element(
      'li',
      { role: 'option', class: task.outcome, 'aria-selected': String(selection.task === number), title: task.label },
      element('span', { class: 'mark', 'aria-hidden': 'true' }, marks[task.outcome]),
      element('span', { class: 'label' }, task.label),
      critical.has(number) && element('span', { class: 'critical', title: 'on the critical path' }, '◆'),
      task.isNotStored && element('span', { class: 'tag' }, 'not stored'),
      element('span', { class: 'ending' }, task.ending),
      element('span', { class: 'time' }, task.steps.length === 0 ? '' : duration(task.milliseconds)),
    );
    made.style.top = `${position * rowHeight}px`;
    made.addEventListener('click', () => selection.choose(number));
    return made;
  };
  const reveal = (task: number | undefined) => {
    const top = task === undefined ? -1 : shown.indexOf(task) * rowHeight;
    if (top >= 0 && (top < viewport.scrollTop || top + rowHeight > viewport.scrollTop + viewport.clientHeight)) {
      viewport.scrollTop = top - viewport.clientHeight / 3;
    }
    draw();
  };

  search.addEventListener('input', refresh);
  order.addEventListener('change', refresh);
  viewport.addEventListener('scroll', draw);
  addEventListener('resize', draw);
  rows.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -shown.length, End: shown.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = selection.task === undefined ? -1 : shown.indexOf(selection.task);
    selection.choose(shown[Math.max(0, Math.min(shown.length - 1, at + step))]);
  });
  selection.onChange(reveal);
  const buttons = facets.map((one) => {
    const made = button(`${one.name} ${one.tasks.size}`, () => {
      facet = one;
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === made));
      refresh();
    });
    made.setAttribute('aria-pressed', String(one === facet));
    return made;
  });
  // The height of what is in view is known once it is in the document.
  requestAnimationFrame(() => reveal(selection.task));
  refresh();
  return element(
    'section',
    { class: 'list' },
    element('div', { class: 'tools' }, search, order, count),
    element('div', { class: 'facets' }, ...buttons),
    viewport,
  );
}

const marks: Readonly<Record<PageTask['outcome'], string>> = {
  hit: '◉',
  miss: '○',
  uncached: '⊘',
  failed: '✗',
  cancelled: '–',
  blocked: '–',
};

interface Order {
  readonly name: string;
  readonly sorted: (tasks: readonly PageTask[]) => number[];
}

const orders: readonly Order[] = [
  { name: 'as they came', sorted: (tasks) => [...tasks.keys()] },
  { name: 'longest first', sorted: (tasks) => by(tasks, (a, b) => b.milliseconds - a.milliseconds) },
  { name: 'by name', sorted: (tasks) => by(tasks, (a, b) => a.label.localeCompare(b.label)) },
];

function by(tasks: readonly PageTask[], compare: (a: PageTask, b: PageTask) => number): number[] {
  return tasks
    .map((task, index) => ({ task, index }))
    .sort((a, b) => compare(a.task, b.task))
    .map(({ index }) => index);
}

interface Facet {
  readonly name: string;
  readonly tasks: ReadonlySet<number>;
}

/** Those that have tasks; all of them first. */
function facetsOf({ tasks }: PageData, critical: ReadonlySet<number>): Facet[] {
  const where = (name: string, holds: (task: PageTask, index: number) => boolean): Facet => ({
    name,
    tasks: new Set([...tasks.keys()].filter((index) => holds(tasks[index] as PageTask, index))),
  });
  const all = where('all', () => true);
  return [
    all,
    where('failed', ({ outcome }) => outcome === 'failed'),
    where('misses', ({ outcome }) => outcome === 'miss'),
    where('hits', ({ outcome }) => outcome === 'hit'),
    where('not cacheable', ({ outcome }) => outcome === 'uncached'),
    where('not stored', ({ isNotStored }) => isNotStored),
    where('blocked', ({ outcome }) => outcome === 'blocked'),
    where('cancelled', ({ outcome }) => outcome === 'cancelled'),
    where('critical path', (_, index) => critical.size > 1 && critical.has(index)),
  ].filter((facet) => facet === all || facet.tasks.size > 0);
}

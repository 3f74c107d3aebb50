import { element } from './dom.ts';
import { dependentsOf } from './neighbours.ts';
import type { PageData } from './page-data.ts';
import type { Selection } from './selection.ts';

/** As many as can be told apart on a screen. */
const mostNodes = 150;
const node = { width: 190, height: 24, across: 70, down: 8 };

/** Who waited for whom, from left to right: all tasks, or of many those around the selected one. Drawn once it is opened. */
export function graph(data: PageData, selection: Selection): HTMLElement | undefined {
  if (data.tasks.every(({ dependsOn }) => dependsOn.length === 0)) return undefined;
  const dependents = dependentsOf(data);
  const isWhole = data.tasks.length <= mostNodes;
  const title = isWhole ? 'Task graph' : 'Task graph around the selected task';
  const drawing = element('div', { class: 'graph' });
  const made = element('details', {}, element('summary', {}, title), drawing);
  const draw = () => {
    if (!made.open) return;
    const { task } = selection;
    const shown = isWhole ? [...data.tasks.keys()] : task === undefined ? [] : around(task, data, dependents);
    drawing.replaceChildren(...drawn(shown, data, selection));
  };
  made.addEventListener('toggle', draw);
  selection.onChange(draw);
  return made;
}

/** The nearest tasks, as far as they find a place. */
function around(task: number, { tasks }: PageData, dependents: ReadonlyMap<number, readonly number[]>): number[] {
  const found = new Set([task]);
  for (const next of found) {
    for (const other of [...(tasks[next]?.dependsOn ?? []), ...(dependents.get(next) ?? [])]) {
      if (found.size < mostNodes) found.add(other);
    }
  }
  return [...found];
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function drawn(shown: readonly number[], data: PageData, selection: Selection): Element[] {
  const places = placesOf(shown, data);
  const critical = new Set(data.criticalPath.tasks);
  const nodes = [...places].map(([task, { x, y }]) => {
    const { label, outcome } = data.tasks[task] as PageData['tasks'][number];
    const classes = ['node', outcome, ...(critical.has(task) ? ['critical-node'] : [])].join(' ');
    const made = element(
      'button',
      { type: 'button', class: classes, title: label, 'aria-pressed': String(selection.task === task) },
      label,
    );
    made.style.transform = `translate(${x}px, ${y}px)`;
    made.addEventListener('click', () => selection.choose(task));
    return made;
  });
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('width', String(Math.max(0, ...[...places.values()].map(({ x }) => x)) + node.width + 2));
  svg.setAttribute('height', String(Math.max(0, ...[...places.values()].map(({ y }) => y)) + node.height + 2));
  for (const [task, to] of places) {
    for (const other of data.tasks[task]?.dependsOn ?? []) {
      const from = places.get(other);
      if (from !== undefined) svg.append(edge(from, to, critical.has(task) && critical.has(other)));
    }
  }
  return [svg, ...nodes];
}

function edge(from: Place, to: Place, isCritical: boolean): SVGPathElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  const [x, y, endX, endY] = [from.x + node.width, from.y + node.height / 2, to.x, to.y + node.height / 2];
  const bend = node.across / 2;
  // One that passes a column goes between its nodes, and not behind one.
  const sag = endX - x > node.across ? node.height : 0;
  made.setAttribute('d', `M${x} ${y}C${x + bend} ${y + sag} ${endX - bend} ${endY + sag} ${endX} ${endY}`);
  if (isCritical) made.setAttribute('class', 'critical-edge');
  return made;
}

/** A column to the right of all that it waits for, and in it beside them. */
function placesOf(shown: readonly number[], data: PageData): Map<number, Place> {
  const columns: number[][] = [];
  for (const [task, column] of columnsOf(shown, data)) (columns[column] ??= []).push(task);
  const rows = new Map<number, number>();
  const places = new Map<number, Place>();
  for (const [column, tasks] of columns.entries()) {
    const wished = (task: number) => mean((data.tasks[task]?.dependsOn ?? []).flatMap((other) => rows.get(other) ?? []));
    const sorted = tasks.map((task) => ({ task, wish: wished(task) })).sort((a, b) => a.wish - b.wish);
    for (const [row, { task }] of sorted.entries()) {
      rows.set(task, row);
      places.set(task, { x: column * (node.width + node.across), y: row * (node.height + node.down) });
    }
  }
  return places;
}

function columnsOf(shown: readonly number[], { tasks }: PageData): Map<number, number> {
  const isShown = new Set(shown);
  const columns = new Map<number, number>();
  const open = new Set<number>();
  const columnOf = (task: number): number => {
    const known = columns.get(task);
    // Tasks of different runs can wait for each other.
    if (known !== undefined || open.has(task)) return known ?? 0;
    open.add(task);
    const before = (tasks[task]?.dependsOn ?? []).filter((other) => isShown.has(other)).map((other) => columnOf(other) + 1);
    columns.set(task, Math.max(0, ...before));
    return columns.get(task) ?? 0;
  };
  for (const task of shown) columnOf(task);
  return columns;
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

import { button, duration, element } from './dom.ts';
import type { Bar, PageData, PhaseName } from './page-data.ts';
import type { Selection } from './selection.ts';
import { phaseNames } from './task-details.ts';
import { Window } from './window.ts';

const laneHeight = 20;
const axisHeight = 20;
const namesWidth = 64;

/** What ran when, on a canvas: there may be tens of thousands of bars. Ctrl and the wheel zoom, dragging moves. */
export function timeline(data: PageData, selection: Selection): HTMLElement {
  const canvas = element('canvas', { role: 'img', 'aria-label': 'timeline; the list below has the same tasks' });
  const tip = element('div', { class: 'tip', hidden: '' });
  const height = axisHeight + data.lanes.length * laneHeight;
  const window = new Window(data.milliseconds, () => drawSoon());
  const critical = new Set(data.criticalPath.tasks.length > 1 ? data.criticalPath.tasks : []);
  const frame = element('div', { class: 'frame' }, canvas);

  const x = (time: number) => namesWidth + window.share(time) * (canvas.clientWidth - namesWidth);
  const barAt = (left: number, top: number): Bar | undefined => {
    const lane = Math.floor((top - axisHeight) / laneHeight);
    const near = data.bars.filter((bar) => bar[0] === lane && x(bar[3]) - 2 <= left && left <= Math.max(x(bar[4]), x(bar[3]) + 2) + 1);
    return near.at(-1);
  };
  let isDue = false;
  const drawSoon = () => {
    if (!isDue) requestAnimationFrame(draw);
    isDue = true;
  };
  const draw = () => {
    isDue = false;
    const context = canvas.getContext('2d');
    if (context === null) return;
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = height * scale;
    context.scale(scale, scale);
    const style = getComputedStyle(canvas);
    const color = remembered((name) => style.getPropertyValue(`--${name}`));
    context.font = `11px ${style.fontFamily}`;
    drawAxis(context, { window, x, width: canvas.clientWidth, height, color });
    for (const bar of data.bars) drawBar(context, bar, { x, width: canvas.clientWidth, color });
    for (const bar of data.bars)
      if (critical.has(bar[1]) && (bar[2] === 'run' || bar[2] === 'restore')) outline(context, bar, x, color('critical'));
    drawSelected(context, color('selected'));
    drawNames(context, color);
  };
  const drawBar = (context: CanvasRenderingContext2D, [lane, task, name, from, to]: Bar, view: View) => {
    const [left, right] = [view.x(from), view.x(to)];
    if (right < namesWidth || left > view.width) return;
    const failed = name === 'run' && data.tasks[task]?.outcome === 'failed';
    context.fillStyle = view.color(failed ? 'failed-run' : name);
    context.fillRect(left, axisHeight + lane * laneHeight + 3, Math.max(1, right - left), laneHeight - 6);
    const label = data.tasks[task]?.label ?? '';
    if (name !== 'run' || right - left < 40) return;
    context.save();
    context.beginPath();
    context.rect(Math.max(left, namesWidth), axisHeight + lane * laneHeight, right - Math.max(left, namesWidth) - 3, laneHeight);
    context.clip();
    context.fillStyle = view.color('on-bar');
    context.fillText(label, Math.max(left, namesWidth) + 4, axisHeight + lane * laneHeight + 14);
    context.restore();
  };
  /** Where it waited for a slot is shown for the selected task alone: nearly all tasks wait at the same time. */
  const drawSelected = (context: CanvasRenderingContext2D, color: string) => {
    const { task } = selection;
    if (task === undefined) return;
    const own = data.bars.filter((bar) => bar[1] === task);
    for (const bar of own) outline(context, bar, x, color);
    const queued =
      data.tasks[task]?.steps.flatMap(({ phases }) => phases.filter(([name, from, to]) => name === 'queue' && to > from)) ?? [];
    for (const [, from, to] of queued) {
      const lane = own.find((bar) => bar[3] >= to)?.[0] ?? own[0]?.[0];
      if (lane === undefined) continue;
      context.fillStyle = color;
      context.fillRect(x(from), axisHeight + lane * laneHeight + laneHeight - 3, x(to) - x(from), 2);
    }
  };
  const drawNames = (context: CanvasRenderingContext2D, color: (name: string) => string) => {
    context.fillStyle = color('back');
    context.fillRect(0, 0, namesWidth, height);
    context.fillStyle = color('quiet');
    for (const [lane, name] of data.lanes.entries()) context.fillText(name, 4, axisHeight + lane * laneHeight + 14);
  };

  const at = (event: MouseEvent) => barAt(event.offsetX, event.offsetY);
  canvas.addEventListener('mousemove', (event) => {
    const bar = at(event);
    tip.hidden = bar === undefined;
    canvas.style.cursor = bar === undefined ? 'default' : 'pointer';
    if (bar === undefined) return;
    tip.textContent = `${data.tasks[bar[1]]?.label ?? ''}: ${phaseNames[bar[2]]} ${duration(bar[4] - bar[3])}, from ${duration(bar[3])}`;
    tip.style.left = `${Math.min(event.pageX + 12, document.documentElement.clientWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.pageY + 14}px`;
  });
  canvas.addEventListener('mouseleave', () => (tip.hidden = true));
  canvas.addEventListener('click', (event) => {
    const bar = at(event);
    if (bar !== undefined && bar[1] >= 0 && !window.hasMoved) selection.choose(bar[1]);
  });
  window.listen(canvas, namesWidth);
  addEventListener('resize', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  selection.onChange(drawSoon);
  canvas.style.height = `${height}px`;
  drawSoon();
  const tools = [
    button('+', () => window.zoom(0.5), { 'aria-label': 'zoom in' }),
    button('−', () => window.zoom(2), { 'aria-label': 'zoom out' }),
    button('whole run', () => window.reset()),
  ];
  return element(
    'section',
    { class: 'timeline' },
    element('div', { class: 'tools' }, ...tools, legend(data, critical.size > 0)),
    frame,
    tip,
  );
}

/** There are few names, and tens of thousands of bars that ask for them. */
function remembered(ask: (name: string) => string): (name: string) => string {
  const answers = new Map<string, string>();
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}

interface View {
  readonly x: (time: number) => number;
  readonly width: number;
  readonly color: (name: string) => string;
}

function outline(context: CanvasRenderingContext2D, [lane, , , from, to]: Bar, x: (time: number) => number, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.strokeRect(x(from), axisHeight + lane * laneHeight + 3, Math.max(1, x(to) - x(from)), laneHeight - 6);
}

function drawAxis(context: CanvasRenderingContext2D, { window, x, width, height, color }: View & { window: Window; height: number }): void {
  context.strokeStyle = color('line');
  context.fillStyle = color('quiet');
  context.lineWidth = 1;
  for (const time of window.ticks(Math.max(2, Math.floor(width / 110)))) {
    context.beginPath();
    context.moveTo(x(time), axisHeight - 4);
    context.lineTo(x(time), height);
    context.stroke();
    context.fillText(duration(time).replace(/\.0*s$/, 's'), x(time) + 3, 12);
  }
}

function legend({ bars }: PageData, hasPath: boolean): HTMLElement {
  const names = new Set<PhaseName>(bars.map((bar) => bar[2]));
  const items = [...names].map((name) => element('span', {}, element('i', { class: name }), phaseNames[name]));
  return element(
    'span',
    { class: 'legend' },
    ...items,
    hasPath && element('span', {}, element('i', { class: 'critical' }), 'critical path'),
  );
}

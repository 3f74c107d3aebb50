import { element, duration } from './dom.ts';
import { graph } from './graph.ts';
import type { PageData } from './page-data.ts';
import { Selection } from './selection.ts';
import { taskDetails } from './task-details.ts';
import { taskList } from './task-list.ts';
import { timeline } from './timeline.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData;
const selection = new Selection(data.tasks.map(({ label }) => label));

document.body.append(
  header(),
  ...(data.bars.length > 0 ? [timeline(data, selection)] : []),
  ...defined(graph(data, selection)),
  element('main', {}, taskList(data, selection), taskDetails(data, selection)),
);
selection.start(worthALook());

function defined(made: HTMLElement | undefined): HTMLElement[] {
  return made === undefined ? [] : [made];
}

function header(): HTMLElement {
  const began = new Date(data.startedAt).toLocaleString();
  return element(
    'header',
    {},
    element('h1', {}, 'Reprise run ', element('time', { datetime: data.startedAt }, began)),
    element(
      'span',
      { class: `verdict ${data.exitCode === 0 ? 'good' : 'bad'}` },
      data.exitCode === 0 ? 'succeeded' : `exit code ${data.exitCode}`,
    ),
    element(
      'dl',
      {},
      ...data.figures.map(({ name, value, tone = 'plain' }) =>
        element('div', { class: tone }, element('dt', {}, name), element('dd', {}, value)),
      ),
    ),
    data.remarks.length > 0 && element('ul', { class: 'remarks' }, ...data.remarks.map((remark) => element('li', {}, remark))),
    criticalPath(),
  );
}

/** At most as many links as a glance can take in; the timeline marks all of it. */
function criticalPath(): HTMLElement | undefined {
  const { tasks, milliseconds } = data.criticalPath;
  if (tasks.length < 2) return undefined;
  const shown = tasks.length <= 12 ? tasks : [...tasks.slice(0, 8), undefined, ...tasks.slice(-3)];
  const steps = shown.map((task) => {
    const made = element('li', {}, task === undefined ? `… ${tasks.length - 11} more …` : (data.tasks[task]?.label ?? ''));
    if (task !== undefined) made.addEventListener('click', () => selection.choose(task));
    if (task !== undefined) made.className = 'link';
    return made;
  });
  return element(
    'div',
    { class: 'path' },
    element('strong', {}, `Critical path, ${duration(milliseconds)}: `),
    element('ol', {}, ...steps),
  );
}

function worthALook(): number | undefined {
  const failed = data.tasks.findIndex(({ outcome }) => outcome === 'failed');
  if (failed !== -1) return failed;
  return data.tasks.length > 0 ? 0 : undefined;
}

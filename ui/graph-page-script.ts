/** What the page of the graph does. Runs in browsers: it lays tasks out by how much must come before them, and draws what is in view. */
export const pageScript = String.raw`'use strict';
(() => {
const byId = (id) => document.getElementById(id);
const { root, tasks } = JSON.parse(byId('graph').textContent);
const canvas = byId('canvas'), pen = canvas.getContext('2d'), details = byId('details'), search = byId('search'), order = byId('order');
const WIDTH = 190, HEIGHT = 24, GAP = 90, ROW = 34, ROWS = Math.max(30, Math.ceil(Math.sqrt(tasks.length) * 3));
const view = { x: 0, y: 0, scale: 1 };
let selected = -1, matches = null, scheduled = false;

const edgesOf = (task) => (order.checked ? task.dependsOn.concat(task.packageOrder) : task.dependsOn);
const dependents = tasks.map(() => []);
tasks.forEach((task, index) => task.dependsOn.concat(task.packageOrder).forEach((to) => dependents[to].push(index)));

// The longest way down from each task; an edge that closes a circle does not count.
function layers() {
  const layer = new Array(tasks.length).fill(-1), open = new Set();
  tasks.forEach((_, start) => {
    const stack = [[start, 0]];
    while (stack.length > 0) {
      const top = stack[stack.length - 1], [index, next] = top, edges = edgesOf(tasks[index]);
      if (next === 0 && layer[index] >= 0) { stack.pop(); continue; }
      open.add(index);
      if (next < edges.length) {
        top[1]++;
        if (layer[edges[next]] < 0 && !open.has(edges[next])) stack.push([edges[next], 0]);
        continue;
      }
      layer[index] = edges.reduce((most, to) => Math.max(most, open.has(to) ? 0 : layer[to] + 1), 0);
      open.delete(index);
      stack.pop();
    }
  });
  return layer;
}

function layOut() {
  const layer = layers(), columns = [];
  tasks.forEach((_, index) => (columns[layer[index]] ??= []).push(index));
  let x = 0;
  for (const column of columns) {
    const weight = (index) => {
      const edges = edgesOf(tasks[index]);
      return edges.length === 0 ? 0 : edges.reduce((sum, to) => sum + (tasks[to].y ?? 0), 0) / edges.length;
    };
    const sorted = column.map((index) => [weight(index), tasks[index].label, index]);
    sorted.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
    sorted.forEach(([, , index], at) => {
      tasks[index].x = x + Math.floor(at / ROWS) * (WIDTH + 20);
      tasks[index].y = (at % ROWS) * ROW;
    });
    x += Math.ceil(sorted.length / ROWS) * (WIDTH + 20) + GAP;
  }
}

function fit() {
  const right = Math.max(...tasks.map((task) => task.x), 0) + WIDTH, bottom = Math.max(...tasks.map((task) => task.y), 0) + HEIGHT;
  view.scale = Math.min(1.5, Math.max(0.05, Math.min((innerWidth - 40) / right, (innerHeight - 100) / bottom)));
  view.x = 20; view.y = 60;
  draw();
}

function draw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => { scheduled = false; paint(); });
}

function paint() {
  const ratio = devicePixelRatio || 1, style = getComputedStyle(document.documentElement), color = (name) => style.getPropertyValue('--' + name);
  canvas.width = innerWidth * ratio; canvas.height = innerHeight * ratio;
  pen.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
  const left = -view.x / view.scale, top = -view.y / view.scale, right = left + innerWidth / view.scale, bottom = top + innerHeight / view.scale;
  const isNear = (index) => index === selected || dependents[selected]?.includes(index) || (selected >= 0 && edgesOf(tasks[selected]).includes(index));
  const isDim = (index) => !isNear(index) && (matches ? !matches.has(index) : selected >= 0);
  const lines = (isMarked) => {
    pen.strokeStyle = color(isMarked ? 'mark' : 'line'); pen.lineWidth = isMarked ? 2 : 1;
    pen.globalAlpha = !isMarked && (selected >= 0 || matches) ? 0.15 : 0.7;
    tasks.forEach((task, from) => edgesOf(task).forEach((to, at) => {
      if ((from === selected || to === selected) !== isMarked) return;
      const a = task, b = tasks[to], x1 = a.x, y1 = a.y + HEIGHT / 2, x2 = b.x + WIDTH, y2 = b.y + HEIGHT / 2;
      if (Math.max(x1, x2) < left || Math.min(x1, x2) > right || Math.max(y1, y2) < top || Math.min(y1, y2) > bottom) return;
      pen.setLineDash(at < task.dependsOn.length ? [] : [4, 4]);
      pen.beginPath(); pen.moveTo(x1, y1); pen.bezierCurveTo(x1 - GAP / 2, y1, x2 + GAP / 2, y2, x2, y2); pen.stroke();
    }));
  };
  lines(false); lines(true);
  pen.setLineDash([]); pen.font = '12px system-ui, sans-serif'; pen.textBaseline = 'middle';
  tasks.forEach((task, index) => {
    if (task.x > right || task.x + WIDTH < left || task.y > bottom || task.y + HEIGHT < top) return;
    pen.globalAlpha = isDim(index) ? 0.25 : 1;
    pen.fillStyle = color('box'); pen.fillRect(task.x, task.y, WIDTH, HEIGHT);
    pen.strokeStyle = color(index === selected || matches?.has(index) ? 'mark' : 'line'); pen.lineWidth = index === selected ? 3 : 1;
    pen.strokeRect(task.x, task.y, WIDTH, HEIGHT);
    if (view.scale < 0.25) return;
    pen.fillStyle = color('text'); pen.save(); pen.beginPath(); pen.rect(task.x, task.y, WIDTH - 6, HEIGHT); pen.clip();
    pen.fillText(task.label, task.x + 6, task.y + HEIGHT / 2); pen.restore();
  });
  pen.globalAlpha = 1;
}

function select(index, moves) {
  selected = index;
  details.hidden = index < 0;
  details.replaceChildren();
  if (index >= 0) {
    const task = tasks[index];
    add('h1', task.label); add('h2', 'Command'); add('pre', task.command);
    add('h2', 'Directory'); add('pre', root + (task.directory && '/' + task.directory)); add('h2', 'From'); add('pre', task.origin === 'script' ? 'package.json' : 'config');
    list('Depends on', task.dependsOn); list('After, with -r', task.packageOrder); list('Needed by', dependents[index]);
    if (moves) { view.scale = Math.max(view.scale, 0.8); view.x = innerWidth / 2 - (task.x + WIDTH / 2) * view.scale; view.y = innerHeight / 2 - task.y * view.scale; }
  }
  draw();
}

function add(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  details.append(element);
  return element;
}

function list(title, indexes) {
  if (indexes.length === 0) return;
  add('h2', title + ' (' + indexes.length + ')');
  for (const index of indexes) add('button', tasks[index].label).addEventListener('click', () => select(index, true));
}

function zoom(factor, x, y) {
  const scale = Math.min(4, Math.max(0.03, view.scale * factor));
  view.x = x - ((x - view.x) * scale) / view.scale; view.y = y - ((y - view.y) * scale) / view.scale; view.scale = scale;
  draw();
}

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = tasks.flatMap((task, index) => (words.every((word) => (task.label + ' ' + task.command).toLowerCase().includes(word)) ? [index] : []));
  matches = words.length === 0 ? null : new Set(found);
  byId('count').textContent = matches ? found.length + ' of ' + tasks.length : tasks.length + ' tasks';
  draw();
}

let held = null;
canvas.addEventListener('pointerdown', (event) => { held = { x: event.clientX, y: event.clientY, moved: false }; canvas.setPointerCapture(event.pointerId); });
canvas.addEventListener('pointermove', (event) => {
  if (!held) return;
  const dx = event.clientX - held.x, dy = event.clientY - held.y;
  if (!held.moved && Math.abs(dx) + Math.abs(dy) < 4) return;
  held = { x: event.clientX, y: event.clientY, moved: true };
  view.x += dx; view.y += dy;
  draw();
});
canvas.addEventListener('pointerup', (event) => {
  const isClick = held && !held.moved;
  held = null;
  if (!isClick) return;
  const x = (event.clientX - view.x) / view.scale, y = (event.clientY - view.y) / view.scale;
  select(tasks.findIndex((task) => x >= task.x && x <= task.x + WIDTH && y >= task.y && y <= task.y + HEIGHT), false);
});
canvas.addEventListener('wheel', (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 500), event.clientX, event.clientY); }, { passive: false });
search.addEventListener('input', find);
search.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !matches || matches.size === 0) return;
  const all = [...matches];
  select(all[(all.indexOf(selected) + 1) % all.length], true);
});
order.addEventListener('change', () => { layOut(); fit(); });
byId('fit').addEventListener('click', fit);
addEventListener('resize', draw);
addEventListener('keydown', (event) => { if (event.key === 'Escape') select(-1, false); });
layOut(); find(); fit();
})();`;

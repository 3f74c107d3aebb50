import type { TaskWithEdges } from '../src/plan/task-edges.ts';
import { pageScript } from './graph-page-script.ts';
import { commandOf, type LabelOf } from './graph-text.ts';

/** A page of its own that asks nothing of the network: the tasks and their edges, to move about in, to search, and to look into. */
export function renderGraphPage(tasks: readonly TaskWithEdges[], labelOf: LabelOf, root: string): string {
  const indexes = new Map(tasks.map(({ task }, index) => [task.id, index]));
  const indexesOf = (ids: TaskWithEdges['packageOrder']): number[] => ids.flatMap((id) => indexes.get(id) ?? []);
  const shown = tasks.map(({ task, packageOrder }) => ({
    label: labelOf(task),
    name: task.name,
    directory: task.directory,
    command: commandOf(task),
    origin: task.origin,
    dependsOn: indexesOf(task.dependsOn),
    packageOrder: indexesOf(packageOrder),
  }));
  return page.replace('GRAPH', () => asScriptText({ root, tasks: shown })).replace('SCRIPT', () => pageScript);
}

/** JSON that no HTML parser takes for a tag. */
function asScriptText(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Reprise task graph</title>
<style>
:root { color-scheme: light dark; --back: #fff; --text: #1a1a1a; --soft: #888; --line: #9aa4b2; --box: #eef2f7; --mark: #2563eb; }
@media (prefers-color-scheme: dark) { :root { --back: #14171c; --text: #e6e6e6; --soft: #8b929c; --line: #4b5563; --box: #222831; --mark: #60a5fa; } }
body { margin: 0; font: 13px system-ui, sans-serif; background: var(--back); color: var(--text); overflow: hidden; }
canvas { position: fixed; inset: 0; width: 100vw; height: 100vh; cursor: grab; touch-action: none; }
header { position: fixed; top: 8px; left: 8px; display: flex; gap: 8px; align-items: center; padding: 6px; background: var(--back); border: 1px solid var(--line); border-radius: 6px; }
aside { position: fixed; top: 8px; right: 8px; bottom: 8px; width: 320px; overflow: auto; padding: 12px; box-sizing: border-box; background: var(--back); border: 1px solid var(--line); border-radius: 6px; }
aside[hidden] { display: none; }
h1 { margin: 0 0 8px; font-size: 15px; overflow-wrap: anywhere; }
h2 { margin: 12px 0 4px; font-size: 12px; color: var(--soft); }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
aside button { display: block; width: 100%; border: 0; padding: 2px 0; background: none; color: var(--mark); font: inherit; text-align: left; cursor: pointer; overflow-wrap: anywhere; }
</style>
</head>
<body>
<canvas id="canvas"></canvas>
<header>
<input id="search" type="search" placeholder="Search tasks" aria-label="Search tasks" autofocus>
<label><input id="order" type="checkbox" checked> package order</label>
<button id="fit" type="button">Fit</button>
<span id="count"></span>
</header>
<aside id="details" hidden></aside>
<script type="application/json" id="graph">GRAPH</script>
<script>
SCRIPT
</script>
</body>
</html>
`;

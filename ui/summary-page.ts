import { createHash } from 'node:crypto';
import type { PageData } from './summary-page/page-data.ts';
// oxlint-disable-next-line import/default -- a text, not the module
import script from './summary-page/main.ts?text';
import style from './summary-page/page.css?text';

/**
 * One file that shows a run in any browser, from a disk too, and loads nothing. Names and paths in it are text wherever they
 * stand: none can become markup, and no script but the page's own runs.
 */
export function summaryPage(data: PageData): string {
  const policy = `default-src 'none'; style-src ${sourceOf(style)}; script-src ${sourceOf(script)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reprise run summary</title>
<style>${style}</style>
</head>
<body>
<noscript>This page draws the run with a script of its own: it needs JavaScript, and nothing else.</noscript>
<script type="application/json" id="data">${embedded(data)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** JSON in which nothing can end a script element. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

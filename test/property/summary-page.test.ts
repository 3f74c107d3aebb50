import { describe, expect, test } from 'vitest';
import { recordOf } from '../../src/report/record-of.ts';
import type { RunRecord } from '../../src/report/run-record.ts';
import { summaryData } from '../../ui/summary-data.ts';
import { summaryPage } from '../../ui/summary-page.ts';
import { chromium, renderedPage } from '../harness/chromium.ts';
import { executed, firstRun, ran, runEnded, runStarted, sampleStep } from '../unit/report/sample.ts';
import { largeRecord } from '../unit/ui/large-record.ts';

const pageOf = (record: RunRecord) => summaryPage(summaryData(record, new Map()));

/** Without the policy that keeps foreign scripts from running, and with one that is run when the page is complete. */
function withScript(page: string, script = ''): string {
  const open = page.replace(/<meta http-equiv[^>]*>/, '');
  expect(open).not.toBe(page);
  return open.replace('</body>', `<script type="module">${script}</script></body>`);
}

const titleOf = (dom: string) => /<title>(.*?)<\/title>/s.exec(dom)?.[1] ?? '';
const rowsIn = (dom: string) => [...dom.matchAll(/<li role="option"/g)].length;

describe.skipIf(chromium === undefined)('in Chromium (skipped where there is none), the page', () => {
  test('shows 5,000 tasks, of which only those in view are in the document', async () => {
    // Drawn once more: the first time waits for a frame, which the dump does not.
    const dom = await renderedPage(withScript(pageOf(largeRecord(5000)), `dispatchEvent(new Event('resize'));`));
    expect(dom).toContain('>5000 tasks<');
    expect(rowsIn(dom)).toBeGreaterThan(10);
    expect(rowsIn(dom)).toBeLessThan(60);
  });

  test('runs under its own policy, and shows the task that its address names', async () => {
    const dom = await renderedPage(pageOf(largeRecord(60)), `#${encodeURIComponent('@scope/package-21#build')}`);
    expect(dom).toMatch(/<h2 class="miss">@scope\/package-21#build/);
    expect(dom).toContain('<li class="begins">Cache miss: \'packages/package-21/src/main.ts\' modified</li>');
    expect(dom).toContain('<li class="goes-on">env \'MODE\' added</li>');
    expect(dom).toContain('<li class="begins">Not cached: modified its input');
    expect(dom).toMatch(/waited for <\/strong><button[^>]*>@scope\/package-20#build</);
  });

  test('starts with what failed', async () => {
    expect(await renderedPage(pageOf(largeRecord(60)))).toContain('<h2 class="failed">@scope/package-0#build');
  });

  test('narrows its list down by words of name and command, and by how tasks ended', async () => {
    const script = `
      const search = document.querySelector('input');
      const shown = () => document.querySelector('.count').textContent;
      const facet = (name) => [...document.querySelectorAll('.facets button')].find((one) => one.textContent.startsWith(name)).click();
      const told = [];
      search.value = 'PACKAGE-1 part';
      search.dispatchEvent(new Event('input'));
      told.push(shown());
      facet('hits');
      told.push(shown());
      search.value = '';
      search.dispatchEvent(new Event('input'));
      facet('failed');
      told.push(shown(), [...document.querySelectorAll('.rows .label')].map((one) => one.textContent).join());
      document.title = told.join('; ');`;
    const dom = await renderedPage(withScript(pageOf(largeRecord(60)), script));
    expect(titleOf(dom)).toBe('11 of 60 tasks; 8 of 60 tasks; 1 of 60 tasks; @scope/package-0#build');
  });

  test('draws the graph once it is opened, of many tasks those around the selected one', async () => {
    const script = `
      const details = document.querySelector('details');
      details.open = true;
      details.dispatchEvent(new Event('toggle'));
      document.title = [...document.querySelectorAll('.node')].map((one) => one.textContent.slice('@scope/package-'.length)).join();`;
    const page = withScript(pageOf(largeRecord(300)), script);
    const dom = await renderedPage(page, `#${encodeURIComponent('@scope/package-21#build')}`);
    expect(titleOf(dom).split(',').toSorted()).toEqual(Array.from({ length: 10 }, (_, index) => `${20 + index}#build`));
    expect([...dom.matchAll(/<path d=/g)]).toHaveLength(9);
  });

  test('shows hostile names as they are, and runs nothing that is in them', async () => {
    const hostile = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">`;
    const step = { ...sampleStep('a#build', hostile), label: hostile };
    const record = recordOf([runStarted(1), ...ran(step, firstRun, executed), runEnded()]);
    const dom = await renderedPage(withScript(pageOf({ ...record, notes: [hostile] })));
    expect(titleOf(dom)).toBe('Reprise run summary');
    expect(dom).not.toContain('<img');
    expect(dom).toContain('<h2 class="miss">&lt;/script&gt;&lt;script&gt;document.title');
  });
});

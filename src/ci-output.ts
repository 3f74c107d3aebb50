import { ciView, type CiView } from '../ui/ci-log.ts';
import type { CiService } from '../ui/ci-service.ts';
import { renderJobSummary } from '../ui/job-summary.ts';
import { normalizeAbsolute, type AbsolutePath } from './base/path.ts';
import { appendSummary } from './report/append-summary.ts';
import type { RunRecord } from './report/run-record.ts';
import { locatedFile } from './workspace/located-file.ts';
import { findWorkspace } from './workspace/root.ts';

/** What a CI service is shown of a run. */
export interface CiOutput {
  readonly view: CiView;
  /** Adds the run to the page of the job, where the service has one. Gives what is worth a warning. */
  readonly summarize: (record: RunRecord) => string | undefined;
}

export async function openCiOutput(
  service: CiService,
  cwd: AbsolutePath,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CiOutput> {
  const { root } = await findWorkspace(cwd);
  const checkout = env['GITHUB_WORKSPACE'] || env['BUILD_SOURCESDIRECTORY'];
  const base = checkout?.startsWith('/') === true ? normalizeAbsolute(checkout) : root;
  const page = service === 'github' ? env['GITHUB_STEP_SUMMARY'] : undefined;
  return {
    view: ciView({ service, locate: (path, directory) => locatedFile(path, { root, cwd: directory, base }) }),
    summarize: (record) => (page ? appendSummary(page, renderJobSummary(record)) : undefined),
  };
}

import type { Exit } from '../execution.ts';
import { refused } from '../exit.ts';
import { helperArguments, treeBelow } from '../helped-tree.ts';
import { endedEarly, followReport } from '../helper-report.ts';
import { unstartedTree, type ProcessTree, type TreeRequest } from '../process-tree.ts';
import { closeLines, type HelperLines } from './helper-lines.ts';
import type { Spawner } from './spawner.ts';

export interface Requested {
  readonly spawner: Spawner;
  readonly lines: HelperLines;
  /** The helper's own name on its command line. */
  readonly helper: string;
}

/**
 * Runs a command below a trace helper that the spawner starts; `undefined` when it certainly started none because of
 * the lines. Of a spawner that dies in between nobody knows, and a command must not run twice: it is not started then,
 * and a helper that was sees its control pipe close.
 */
export async function startRequestedTree(request: TreeRequest, { spawner, lines, helper }: Requested): Promise<ProcessTree | undefined> {
  const { cwd, env } = request.ready;
  const report = followReport(lines.report);
  const requesting = spawner.start({ cwd, env, lines: lines.names, args: [helper, ...helperArguments(request)] });
  const started = await requesting.catch((error: unknown) => {
    closeLines(lines);
    throw error;
  });
  if (started.kind !== 'started') closeLines(lines);
  switch (started.kind) {
    case 'started': {
      // Without a spawner, the end of its report is all that can be seen of the helper's.
      const ended = started.ended.then((exit): Exit | Promise<Exit> => exit ?? report.frames.then(() => helperFailed));
      return treeBelow(request, { ...lines, report, ended });
    }
    case 'refused':
      return unstartedTree(request, refused(started.errno, cwd));
    case 'no-lines':
      return undefined;
    case 'unknown':
      return unstartedTree(request, endedEarly);
  }
}

const helperFailed: Exit = { kind: 'exited', code: 125 };

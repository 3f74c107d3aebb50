import { existsSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { fsPath } from '../../base/path.ts';
import type { Exit } from '../execution.ts';
import { refused } from '../exit.ts';
import { helperArguments, treeBelow } from '../helped-tree.ts';
import { endedEarly, followReport } from '../helper-report.ts';
import { unstartedTree, type ProcessTree, type TreeRequest } from '../process-tree.ts';
import { closeLines, type HelperLines } from './helper-lines.ts';
import type { Spawner } from './spawner.ts';

export interface Requested {
  readonly spawner: Pick<Spawner, 'start'>;
  readonly lines: HelperLines;
  /** The helper's own name on its command line. */
  readonly helper: string;
}

/**
 * Runs a command below a trace helper that the spawner starts; `undefined` when it certainly started none: it could not
 * open the lines, or died before it had. A command must not run twice: of a spawner that dies later, the helper is waited for.
 */
export async function startRequestedTree(request: TreeRequest, { spawner, lines, helper }: Requested): Promise<ProcessTree | undefined> {
  const { cwd, env } = request.ready;
  const report = followReport(lines.report);
  const requesting = spawner.start({ cwd, env, lines: lines.names, args: [helper, ...helperArguments(request)] });
  const started = await requesting.catch((error: unknown) => {
    closeLines(lines);
    throw error;
  });
  // Without a spawner, the end of its report is all that can be seen of the helper's.
  const endOfReport = () => report.frames.then(() => helperFailed);
  switch (started.kind) {
    case 'started': {
      const told = started.ended.then((exit): Exit | Promise<Exit> => exit ?? endOfReport());
      const untold = endOfReport().then((exit) => after(TELLING_MS, exit, { ref: false }));
      return treeBelow(request, { ...lines, report, ended: Promise.race([told, untold]) });
    }
    case 'refused':
      closeLines(lines);
      return unstartedTree(request, refused(started.errno, cwd));
    case 'no-lines':
      closeLines(lines);
      return undefined;
    case 'unknown': {
      if (!wereOpened(lines)) {
        closeLines(lines);
        return undefined;
      }
      const reported = await Promise.race([report.started, after(PATIENCE_MS, undefined, { ref: false })]);
      if (reported) return treeBelow(request, { ...lines, report, ended: endOfReport() });
      // A helper that comes too late sees its control pipe close.
      closeLines(lines);
      return unstartedTree(request, endedEarly);
    }
  }
}

/** The spawner takes the names away between opening the lines and starting the helper. */
function wereOpened({ names }: HelperLines): boolean {
  return !names.every((name) => existsSync(fsPath(name)));
}

/** Should others have taken the names away, nobody will ever report. */
const PATIENCE_MS = 5000;

/** A helper ends right after its report; somebody may have stopped the spawner, which tells it. */
const TELLING_MS = 1000;

const helperFailed: Exit = { kind: 'exited', code: 125 };

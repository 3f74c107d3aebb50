import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { CommandError, type Diagnostic } from '../base/diagnostic.ts';
import { faithfulEnvironment } from '../base/environment.ts';
import { codeOf, removeAbandoned, removeIfPossible } from '../base/files.ts';
import { suggestion } from '../base/nearest.ts';
import { parseWords } from '../base/words.ts';
import { joinPath } from '../base/path.ts';
import type { CachePlaces } from '../cache/cache-places.ts';
import { isFault, type CacheFault } from '../cache/fault.ts';
import { forgetCheckout } from '../cache/forget.ts';
import { isMeant, packageNamesOf, taskNameOf, type HoldingFilter } from '../cache/holding-filter.ts';
import { byTask, takeInventory, type Inventory } from '../cache/inspect.ts';
import { olderFormats, storeIn } from '../cache/store-directory.ts';
import { boundOf, sum } from '../cache/store-size.ts';
import { nothingSwept, sweep, type Swept, type SweepRequest } from '../cache/sweep.ts';
import { taskLabel } from '../graph/task.ts';
import { placesOf } from '../open-cache.ts';
import { readSettings, readTaskGraph } from '../prepare.ts';
import { currentDirectory } from '../workspace/current-directory.ts';
import { splitTaskName } from '../workspace/package-name.ts';
import type { Workspace } from '../workspace/packages.ts';
import { renderSize, renderSwept, renderTasks, sizeJson, sweptJson, tasksJson } from '../../ui/cache-report.ts';
import { wantsColors } from '../../ui/terminal.ts';

interface CacheFlags {
  readonly json?: boolean;
  readonly task?: string;
  readonly package?: string;
}

/** `reprise cache`: gives the exit code. */
export async function cacheCommand(words: readonly string[]): Promise<number> {
  const command = describeCache();
  const read = parseWords(command, words);
  if (read === 'help') return printHelp(command);
  if (read !== undefined) throw new CommandError(read);
  const [action, ...surplus] = command.args;
  const flags = command.opts<CacheFlags>();
  const doing = actionNamed(action, flags);
  if (surplus.length > 0) throw usage(`'cache ${action}' takes no '${surplus.join(' ')}'`);
  const env = faithfulEnvironment(process.env);
  const { workspace, configuration } = await readSettings(currentDirectory(process.cwd), env);
  const places = placesOf(workspace.root, configuration, env);
  process.stdout.on('error', ignoreClosedPipe).write(`${await doing({ workspace, places, flags })}\n`);
  return 0;
}

function describeCache(): Command {
  return new Command('reprise cache')
    .description('what is stored: its place, its tasks, its size; removes what is asked, or what nothing needs')
    .argument('[action]', Object.keys(actions).join(', '))
    .argument('[surplus...]')
    .option('--json', 'as JSON, but for `path`')
    .option('--task <task>', '`clean`: only entries of this task, or `package#task`')
    .option('--package <package>', '`clean`: only entries of this package');
}

function printHelp(command: Command): number {
  process.stdout.write(command.helpInformation());
  return 0;
}

interface Surroundings {
  readonly workspace: Workspace;
  readonly places: CachePlaces;
  readonly flags: CacheFlags;
}

/** Gives what is to be printed. */
type Action = (surroundings: Surroundings) => Promise<string>;

const actions: Readonly<Record<string, { readonly act: Action; readonly flags: readonly (keyof CacheFlags)[] }>> = {
  path: { act: async ({ places }) => places.store, flags: [] },
  ls: { act: list, flags: ['json'] },
  size: { act: size, flags: ['json'] },
  clean: { act: clean, flags: ['json', 'task', 'package'] },
  gc: { act: collectGarbage, flags: ['json'] },
};

function actionNamed(name: string | undefined, flags: CacheFlags): Action {
  const names = Object.keys(actions).join(', ');
  if (name === undefined) throw usage('nothing is said to do with the cache', `One of ${names}`);
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) throw usage(`'cache ${name}' does not exist`, suggestion(name, Object.keys(actions)) ?? `One of ${names}`);
  const surplus = (Object.keys(flags) as (keyof CacheFlags)[]).find((flag) => !action.flags.includes(flag));
  if (surplus !== undefined) throw usage(`--${surplus} does not go with 'cache ${name}'`);
  return action.act;
}

async function list({ places, flags }: Surroundings): Promise<string> {
  const tasks = byTask(await inventoryOf(places));
  if (flags.json === true) return tasksJson(places.store, tasks);
  return renderTasks(places.store, tasks, { now: Date.now(), hasColors: wantsColors(process.stdout, process.env) });
}

async function size({ places, flags }: Surroundings): Promise<string> {
  const { holdings, blobs, indexBytes } = await inventoryOf(places);
  const counts = { entries: holdings.length, blobs: blobs.size, blobBytes: sum(blobs.values()), indexBytes };
  const view = { directory: places.store, ...counts, bound: boundFor(places) };
  return flags.json === true ? sizeJson(view) : renderSize(view);
}

async function collectGarbage({ places, flags }: Surroundings): Promise<string> {
  const swept = await sweepStore(places, {});
  return flags.json === true ? sweptJson(places.store, swept) : renderSwept(swept);
}

/** Everything, what is known of the checkout included; or the entries of some tasks, and nothing else is lost. */
async function clean({ workspace, places, flags }: Surroundings): Promise<string> {
  const filter = filterOf(flags);
  const isAll = filter.packageName === undefined && filter.task === undefined;
  if (!isAll) await requireKnown(filter, await inventoryOf(places), workspace);
  const swept = await sweepStore(places, { drop: (holding) => isMeant(holding, filter) });
  if (isAll) orThrow(await forgetCheckout(places));
  return flags.json === true ? sweptJson(places.store, swept) : renderSwept(swept);
}

function filterOf({ task, package: packageName }: CacheFlags): HoldingFilter {
  if (task === undefined) return { task, packageName };
  const named = splitTaskName(task);
  if (named.packageName !== undefined && packageName !== undefined) throw usage(`--package does not go with '${task}', which names one`);
  return { task: named.task, packageName: named.packageName ?? packageName };
}

/** What is neither stored nor in the workspace is a misspelling. */
async function requireKnown(filter: HoldingFilter, { holdings }: Inventory, workspace: Workspace): Promise<void> {
  if (holdings.some((holding) => isMeant(holding, filter))) return;
  const { tasks } = await readTaskGraph(workspace.root, faithfulEnvironment(process.env));
  const known = [...holdings, ...tasks.map((task) => ({ task: task.id, label: taskLabel(task) }))];
  const { packageName, task } = filter;
  const within = known.filter((one) => packageName === undefined || packageNamesOf(one).includes(packageName));
  if (packageName !== undefined && within.length === 0) {
    throw usage(
      `Package '${packageName}' has no task, and nothing of it is stored`,
      suggestion(packageName, known.flatMap(packageNamesOf)),
    );
  }
  if (task !== undefined && !within.some((one) => taskNameOf(one) === task)) {
    throw usage(`Task '${task}' does not exist, and nothing of it is stored`, suggestion(task, within.map(taskNameOf)));
  }
}

async function inventoryOf({ store }: CachePlaces): Promise<Inventory> {
  return orThrow(await takeInventory(storeIn(store)));
}

/** Nothing is made where there is no store. What older formats and killed runs have left goes as well. */
async function sweepStore(places: CachePlaces, { drop }: Pick<SweepRequest, 'drop'>): Promise<Swept> {
  const directory = storeIn(places.store);
  for (const name of olderFormats(places.store)) removeIfPossible(joinPath(places.store, name));
  const leftBehind = removeAbandoned(places.checkout);
  const request = { directory, bound: boundFor(places), isThorough: true, ...(drop && { drop }) };
  const look = async () => (existsSync(directory) ? sweep(request) : nothingSwept);
  const first = await look();
  // An index that is damaged is removed by the first look at it.
  const swept = orThrow(isFault(first) ? await look() : first);
  return { ...swept, temporaryFiles: swept.temporaryFiles + leftBehind };
}

function boundFor({ maxSize, root, store }: CachePlaces): number {
  return boundOf(maxSize, existsSync(store) ? store : root);
}

function orThrow<T>(value: T | CacheFault): T {
  if (!isFault(value)) return value;
  throw new CommandError({
    code: 'cache-fault',
    message: value.detail,
    hint: 'Tasks run all the same; a damaged store is made anew by the next run',
  });
}

/** Whoever read the output has seen enough (`| head`). */
function ignoreClosedPipe(error: Error): void {
  if (codeOf(error) !== 'EPIPE') throw error;
}

function usage(message: string, hint?: string): CommandError {
  const diagnostic: Diagnostic = { code: 'usage', message, ...(hint !== undefined && { hint }) };
  return new CommandError(diagnostic);
}

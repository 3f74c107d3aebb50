import { arch, availableParallelism, release } from 'node:os';
import { formatBytes } from '../ui/cache-report.ts';
import { CommandError, type Diagnostic } from './base/diagnostic.ts';
import { codeOf, removeIfPossible } from './base/files.ts';
import { joinPath, type AbsolutePath } from './base/path.ts';
import { makePrivateDirectory, temporaryDirectory } from './base/private-directory.ts';
import { describeSystemError } from './base/source-text.ts';
import { isFault } from './cache/fault.ts';
import { storeHealth } from './cache/store-health.ts';
import { connectFunction } from './execute/ipc/client/connect-function.ts';
import { findNodeClient } from './execute/ipc/node-client.ts';
import { findTraceHelper } from './execute/trace/tracer.ts';
import { hasUserNotification, tryTrace } from './execute/try-trace.ts';
import { placesOf } from './open-cache.ts';
import { readSettings } from './prepare.ts';
import { surveyConfigs, type SurveyedConfig } from './config-survey.ts';
import { healthOf, type Finding, type Health } from './report/health.ts';
import { availableCores } from './schedule/concurrency.ts';
import { findRepository, gitVersion } from './workspace/git.ts';
import { loadWorkspace, type Workspace } from './workspace/packages.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Looks at all that caching rests on, and tries out what can be tried. Changes nothing. */
export async function checkHealth(cwd: AbsolutePath, env: Environment): Promise<Health> {
  const temporary = temporaryOrWhyNot();
  if (typeof temporary !== 'string') return healthOf([runtime(), platform(), cores(), temporary]);
  try {
    return healthOf([runtime(), platform(), cores(), await tracing(temporary), tools(), ...(await workspaceFindings(cwd, env, temporary))]);
  } finally {
    removeIfPossible(temporary);
  }
}

function temporaryOrWhyNot(): AbsolutePath | Finding {
  const parent = temporaryDirectory();
  try {
    return makePrivateDirectory(parent);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    const text = `no directory can be made in ${parent}: ${describeSystemError(error)}`;
    return { check: 'temporary', status: 'bad', text, hint: 'TMPDIR names another place', facts: { directory: parent } };
  }
}

function runtime(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < 20 || (major === 20 && minor < 19);
  const text = `Node ${process.versions.node}${isOld ? ', which is too old' : ''}`;
  return {
    check: 'runtime',
    status: isOld ? 'doubtful' : 'good',
    text,
    ...(isOld && { hint: 'Node ≥ 20.19' }),
    facts: { node: process.versions.node },
  };
}

function platform(): Finding {
  const facts = { platform: process.platform, arch: arch(), kernel: release() };
  return { check: 'platform', status: 'good', text: `${facts.platform} ${facts.arch}, kernel ${facts.kernel}`, facts };
}

function cores(): Finding {
  const [available, all] = [availableCores(), availableParallelism()];
  const text = `${available} for commands at once${available < all ? `: the cgroup allows no more of ${all}` : ''}`;
  return { check: 'cores', status: 'good', text, facts: { available, all } };
}

async function tracing(temporary: AbsolutePath): Promise<Finding> {
  const helper = findTraceHelper(joinPath(temporary, 'helper'));
  const trial = await tryTrace(helper, temporary);
  const userNotification = hasUserNotification();
  const facts = {
    level: trial.kind === 'traced' ? 'full' : 'none',
    helper: helper.kind === 'available' ? helper.path : null,
    seccompUserNotification: userNotification ?? null,
    trial,
  };
  const check = 'tracing';
  if (trial.kind === 'traced') {
    return { check, status: 'good', text: `level full: a command was traced, and what it read was seen (${trial.milliseconds} ms)`, facts };
  }
  const details = [
    helper.kind === 'available' ? `helper: ${helper.path}` : `no helper: ${helper.why}`,
    ...(userNotification === false ? ['the kernel has no seccomp user notification (Linux ≥ 5.0 has)'] : []),
  ];
  const hint = 'Only tasks with declared input and output are cached; everything else runs each time';
  return { check, status: 'bad', text: `level none: ${trial.why}`, details, hint, facts };
}

function tools(): Finding {
  const client = findNodeClient();
  const hasAddon = connectFunction() !== undefined;
  const facts = { client: client ?? null, addon: hasAddon };
  if (client === undefined) return { check: 'tools', status: 'doubtful', text: 'no client: tools cannot tell what they read', facts };
  const way = hasAddon ? 'directly' : 'by a process for each call, which is slow: the addon does not load';
  return { check: 'tools', status: hasAddon ? 'good' : 'doubtful', text: `client found, it speaks ${way}`, facts };
}

async function workspaceFindings(cwd: AbsolutePath, env: Environment, temporary: AbsolutePath): Promise<Finding[]> {
  try {
    const workspace = await loadWorkspace(cwd);
    return [found(workspace), ...(await store(cwd, env, temporary)), configs(await surveyConfigs(workspace, env)), git(workspace, env)];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [mistakesOf('workspace', error)];
  }
}

function found({ root, packages, notes }: Workspace): Finding {
  const text = `${root}, ${packages.length === 1 ? '1 package' : `${packages.length} packages`}`;
  return { check: 'workspace', status: 'good', text, details: notes, facts: { root, packages: packages.length } };
}

function mistakesOf(check: Finding['check'], { diagnostics }: CommandError): Finding {
  const [first, ...others] = diagnostics.map(describe);
  return { check, status: 'bad', text: first ?? '', details: others, facts: { mistakes: diagnostics } };
}

function describe({ code, message, at, hint }: Diagnostic): string {
  const place = at === undefined ? '' : ` (${[at.file, at.line, at.column].filter((part) => part !== undefined).join(':')})`;
  return `${message}${place} [${code}]${hint === undefined ? '' : `. ${hint}`}`;
}

/** Where the store is is said by a config, which may be wrong: what is wrong is told with the configs. */
async function store(cwd: AbsolutePath, env: Environment, temporary: AbsolutePath): Promise<Finding[]> {
  let settings: Awaited<ReturnType<typeof readSettings>>;
  try {
    settings = await readSettings(cwd, env);
  } catch (error) {
    if (error instanceof CommandError) return [];
    throw error;
  }
  const health = await storeHealth(placesOf(settings.workspace.root, settings.configuration, env), temporary);
  const { directory, formatVersion, exists, canRead, canWrite, older, bound, contents } = health;
  const facts = { ...health, contents: isFault(contents) ? contents.detail : contents };
  const details = older.length > 0 ? [`the next run drops ${older.join(', ')}, of older formats`] : [];
  const finding = { check: 'store', facts, details } as const;
  if (!canRead || !canWrite) return [{ ...finding, status: 'bad', text: `${directory} cannot be ${canRead ? 'written' : 'read'}` }];
  if (isFault(contents)) {
    return [{ ...finding, status: 'doubtful', text: `${directory}: ${contents.detail}`, hint: 'The next run makes it anew' }];
  }
  const { entries, bytes } = contents;
  const held = exists ? `${entries} entries, ${formatBytes(bytes)} of at most ${formatBytes(bound)}` : 'nothing is stored yet';
  return [{ ...finding, status: 'good', text: `${directory}: ${held}, format ${formatVersion}` }];
}

function configs(surveyed: readonly SurveyedConfig[]): Finding {
  const wrong = surveyed.filter(({ mistakes }) => mistakes.length > 0).length;
  const text = surveyed.length === 0 ? 'none: scripts alone' : `${surveyed.length} found${wrong > 0 ? `, ${wrong} with mistakes` : ''}`;
  const details = surveyed.flatMap(({ files, how, mistakes }) => [
    `${files.join(', ')}: ${mistakes.length > 0 ? 'wrong' : how}`,
    ...mistakes.map((mistake) => `  ${describe(mistake)}`),
  ]);
  return { check: 'configs', status: wrong > 0 ? 'doubtful' : 'good', text, details, facts: { configs: surveyed } };
}

/** Caching does without it: then nothing counts as ignored. */
function git({ root }: Workspace, env: Environment): Finding {
  const [version, repository] = [gitVersion(env), findRepository(root)];
  const facts = { version: version ?? null, repository: repository?.root ?? null };
  const text = `${version ?? 'not found'}, ${repository === undefined ? 'no repository around the workspace' : `repository ${repository.root}`}`;
  return { check: 'git', status: version === undefined ? 'doubtful' : 'good', text, facts };
}

import { listDirectory, readLink, realPath, stampOf, type Stamp } from '../base/files.ts';
import { nameOf, parentOf, type AbsolutePath } from '../base/path.ts';
import { isProgram } from '../plan/ready.ts';

type Names = ReturnType<typeof listDirectory>;

/**
 * The disk, as lookups see it. Between `remember` and `forget` each path is asked for once, since thousands of lookups ask
 * for the same directories, programs and outputs of dependencies: as if all had been decided at that moment. Whoever has it
 * remembered executes nothing meanwhile, and tells by `changed` what it restores. At all other times the disk is asked each time.
 */
export class Disk {
  #seen: Seen | undefined;

  remember(): void {
    const seen = { stamps: new Map(), names: new Map(), links: new Map(), realPaths: new Map(), programs: new Map(), tools: new Map() };
    this.#seen ??= seen;
  }

  /** For good: a command may change anything at any time, and so may what it leaves behind. */
  forget(): void {
    this.#seen = undefined;
  }

  /** What stands at the path is, or is about to be, another than was seen: so may be the directories above it, and where links lead. */
  changed(path: AbsolutePath): void {
    if (this.#seen === undefined) return;
    const { stamps, names, links, realPaths, programs, tools } = this.#seen;
    links.delete(path);
    for (let place = path; ; place = parentOf(place)) {
      stamps.delete(place);
      names.delete(place);
      if (place === '/') break;
    }
    for (const known of [realPaths, programs, tools]) known.clear();
  }

  /** As `stampOf`; what that throws is not remembered. */
  stamp(path: AbsolutePath): Stamp | undefined {
    return once(this.#seen?.stamps, path, stampOf);
  }

  names(directory: AbsolutePath): Names {
    return once(this.#seen?.names, directory, listDirectory);
  }

  link(path: AbsolutePath): string | undefined {
    return once(this.#seen?.links, path, readLink);
  }

  realPath(path: AbsolutePath): AbsolutePath | undefined {
    return once(this.#seen?.realPaths, path, realPath);
  }

  isProgram(path: AbsolutePath): boolean {
    const directory = parentOf(path);
    // Every step asks its package's for each program that it uses, and most packages have few or none.
    const mayBe = this.#seen === undefined || !directory.endsWith(TOOLS) || this.#tools(this.#seen, directory)?.has(nameOf(path)) !== false;
    return mayBe && once(this.#seen?.programs, path, isProgram);
  }

  /** The names in a directory of tools; `undefined`: it is there and cannot be listed. */
  #tools({ tools }: Seen, directory: AbsolutePath): ReadonlySet<string> | undefined {
    return once(tools, directory, () => {
      const names = this.names(directory) ?? (this.stamp(directory) === undefined ? [] : undefined);
      return names && new Set(names.map(({ name }) => name));
    });
  }
}

const TOOLS = '/node_modules/.bin';

interface Seen {
  readonly stamps: Map<AbsolutePath, Stamp | undefined>;
  readonly names: Map<AbsolutePath, Names>;
  readonly links: Map<AbsolutePath, string | undefined>;
  readonly realPaths: Map<AbsolutePath, AbsolutePath | undefined>;
  readonly programs: Map<AbsolutePath, boolean>;
  readonly tools: Map<AbsolutePath, ReadonlySet<string> | undefined>;
}

function once<Answer>(seen: Map<AbsolutePath, Answer> | undefined, path: AbsolutePath, ask: (path: AbsolutePath) => Answer): Answer {
  const known = seen?.get(path);
  if (known !== undefined || seen?.has(path) === true) return known as Answer;
  const answer = ask(path);
  seen?.set(path, answer);
  return answer;
}

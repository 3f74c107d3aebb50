import type { Random } from '../../harness/random.ts';

/** One step of a program: what to do, with which words. */
export interface Operation {
  readonly name: string;
  readonly words: readonly string[];
}

export type Language = 'c' | 'static c' | 'node' | 'shell';

export interface Program {
  readonly language: Language;
  readonly operations: readonly Operation[];
}

/** What an operation takes: a path of the workspace, a directory of it, a name below that, or the text of a link. */
type Word = 'path' | 'directory' | 'below' | 'target';

const inC: Readonly<Record<string, readonly Word[]>> = {
  ...taking(['path'], 'op_', 'read write append update empty exclusive creat nofollow path path_nofollow list stat lstat access statx'),
  ...taking(['path'], 'op_', 'faccessat2 readlink realpath mkdir rmdir unlink truncate chmod mknod fchmod execute thread mmap'),
  ...taking(['path', 'path'], 'op_', 'rename rename_noreplace exchange link link_follow copy_range sendfile'),
  ...taking(['below'], 'op_', 'proc_cwd'),
  ...taking(['target', 'path'], 'op_', 'symlink'),
  ...taking(['directory', 'below'], 'op_', 'chdir fork'),
  ...taking(['directory', 'path'], 'op_', 'tmpfile tmpfile_empty_path'),
  ...taking(['directory', 'below', 'below'], 'op_', 'fchdir'),
  ...taking(
    ['directory', 'below'],
    'at_',
    'read write list stat lstat access readlink mkdir unlink rmdir chmod mknod openat2 duplicate proc',
  ),
  ...taking(['directory', 'below', 'path'], 'at_', 'rename rename_to'),
  ...taking(['directory', 'below', 'below'], 'at_', 'link'),
  ...taking(['directory', 'below', 'target'], 'at_', 'symlink'),
  ...taking(['directory', 'path', 'below'], 'at_', 'renamed'),
};

const inNode: Readonly<Record<string, readonly Word[]>> = {
  ...taking(['path'], 'node_', 'read write append update exclusive stat lstat exists readlink realpath realpath_native list walk mkdir'),
  ...taking(
    ['path'],
    'node_',
    'mkdir_recursive rmdir remove unlink truncate chmod read_later write_later stat_later list_later make_temporary',
  ),
  ...taking(['path', 'path'], 'node_', 'rename link copy copy_tree rename_later copy_later'),
  ...taking(['target', 'path'], 'node_', 'symlink'),
};

/** `$1` and `$2` stand for the words, quoted. A redirection of `:` that failed would end the shell. */
const shellTexts: Readonly<Record<string, readonly [text: string, ...words: Word[]]>> = {
  sh_read: ['read -r line < $1', 'path'],
  sh_cat: ['cat $1', 'path'],
  sh_write: ['true > $1', 'path'],
  sh_append: ['echo text >> $1', 'path'],
  sh_update: ['true <> $1', 'path'],
  sh_exists: ['[ -e $1 ]', 'path'],
  sh_is_link: ['[ -L $1 ]', 'path'],
  sh_may_execute: ['[ -x $1 ]', 'path'],
  sh_enter: ['(cd $1 && cat $2)', 'directory', 'below'],
  sh_names: ['echo $1/*', 'directory'],
  sh_list: ['ls $1', 'path'],
  sh_find: ['find $1', 'path'],
  sh_move: ['mv $1 $2', 'path', 'path'],
  sh_link: ['ln $1 $2', 'path', 'path'],
  sh_link_over: ['ln -f $1 $2', 'path', 'path'],
  sh_symlink: ['ln -s $1 $2', 'target', 'path'],
  sh_symlink_over: ['ln -sfn $1 $2', 'target', 'path'],
  sh_remove: ['rm -f $1', 'path'],
  sh_remove_tree: ['rm -r $1', 'path'],
  sh_mkdir: ['mkdir $1', 'path'],
  sh_mkdir_parents: ['mkdir -p $1', 'path'],
  sh_rmdir: ['rmdir $1', 'path'],
  sh_copy: ['cp $1 $2', 'path', 'path'],
  sh_copy_tree: ['cp -r $1 $2', 'directory', 'path'],
  sh_archive_copy: ['cp -a $1 $2', 'path', 'path'],
  sh_touch: ['touch $1', 'path'],
  sh_chmod: ['chmod +x $1', 'path'],
  // It never ends where a link leads to what would be below itself.
  sh_readlink: ['timeout -s KILL 1 readlink -f $1', 'path'],
  sh_edit: ['sed -i s/text/TEXT/ $1', 'path'],
  sh_truncate: ['truncate -s 1 $1', 'path'],
  sh_execute: ['$1', 'path'],
};

const inShell = Object.fromEntries(Object.entries(shellTexts).map(([name, [, ...words]]) => [name, words]));

const vocabularies = { c: inC, 'static c': inC, node: inNode, shell: inShell };

export const allOperations: readonly string[] = [inC, inNode, inShell].flatMap((vocabulary) => Object.keys(vocabulary));

export const operationsInC: readonly string[] = Object.keys(inC);

/** At random what an operation of C takes. */
export function wordsFor(name: string, random: Random, root: string): string[] {
  return (inC[name] ?? []).map((word) => makeWord(word, random, root));
}

const links = /rename|link|exchange|^at_|fchdir|proc|move|tmpfile|realpath|archive|over$/;

/** Operations with renames, links or directory descriptors. */
export function isIntricate({ name }: Operation): boolean {
  return links.test(name);
}

/** A program of so many operations in which none comes up more often than another by more than one, as far as `done` goes. */
export function generate(language: Language, length: number, { random, root, done }: Generation): Program {
  const vocabulary = vocabularies[language];
  const names = Object.keys(vocabulary);
  const operations = Array.from({ length }, () => {
    const least = Math.min(...names.map((name) => done.get(name) ?? 0));
    const name = random.pick(names.filter((name) => (done.get(name) ?? 0) === least));
    done.set(name, least + 1);
    return { name, words: (vocabulary[name] ?? []).map((word) => makeWord(word, random, root)) };
  });
  return { language, operations };
}

export interface Generation {
  readonly random: Random;
  readonly root: string;
  /** How often each operation came up so far. */
  readonly done: Map<string, number>;
}

const directories = ['.', 'd1', 'd1', 'd2', 'd1/e', 'l1', 'd1/up', 'd3'];
const names = ['f1', 'f2', 'f3', 'x1', 'l1', 'l2', 'l3', 'd1', 'd2', 'd3', 'e', 'up', 'ü', 'f1/below'];

function makeWord(word: Word, random: Random, root: string): string {
  const below = () => (random.chance(0.15) ? `${random.pick(names)}/../${random.pick(names)}` : random.pick(names));
  switch (word) {
    case 'below':
      return below();
    case 'directory':
      return spelled(random.pick(directories), random, root);
    case 'path': {
      const directory = random.pick(directories);
      return spelled(directory === '.' ? below() : `${directory}/${below()}`, random, root);
    }
    case 'target':
      return random.pick(['f1', 'd1', 'd1/e', '../d2', 'nowhere', 'l2', '../f1', `${root}/d1`, `${root}/f2`, '.', './/f3']);
  }
}

function spelled(path: string, random: Random, root: string): string {
  const way = random.below(10);
  if (way === 0) return `${root}/${path}`;
  if (way === 1) return `./${path}`;
  if (way === 2) return path.replaceAll('/', '//');
  if (way === 3) return `/proc/self/cwd/${path}`;
  return path;
}

export function shellScriptOf({ operations }: Program): string {
  const lines = operations.map(({ name, words }) =>
    (shellTexts[name]?.[0] ?? '').replaceAll(/\$([12])/g, (_, digit) => `'${words[Number(digit) - 1]}'`),
  );
  return ['exec 2>/dev/null', ...lines, 'true'].join('\n');
}

function taking(words: readonly Word[], prefix: string, all: string): Record<string, readonly Word[]> {
  return Object.fromEntries(all.split(' ').map((name) => [`${prefix}${name}`, words]));
}

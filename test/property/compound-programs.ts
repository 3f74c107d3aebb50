import type { Random } from '../harness/random.ts';

const files = ['out/a', 'out/b', 'out/c', 'out/d/a', 'out/d/b', 'out/e/a', 'out/e/f/g'];
const directories = ['out', 'out/d', 'out/e', 'out/e/f'];

/** Each does what it can and notes what it saw; the note goes into what is written next. */
const operations: readonly ((random: Random) => string)[] = [
  (random) => `see "$(cat ${random.pick(files)} 2>&1)"`,
  (random) => `see "$(cat ${random.pick(files)} 2>&1)"`,
  (random) => `see "$(ls -l ${random.pick(directories)} | sed 1d | cut -c1-10; ls ${random.pick(directories)} 2>&1)"`,
  (random) => `see "$(find ${random.pick(directories)} -type f 2>&1 | sort)"`,
  (random) => `see "$(cat src/${random.pick(['shared', 'other'])}.txt)"`,
  (random) => `if [ -e ${random.pick(files)} ]; then see yes; else see no; fi`,
  (random) => `printf '%s\\n' "$acc" > ${random.pick(files)} || see failed`,
  (random) => `printf '%s\\n' "$acc" > ${random.pick(files)} || see failed`,
  (random) => `printf '%s\\n' "$acc" >> ${random.pick(files)} || see failed`,
  (random) => {
    const file = random.pick(files);
    return `printf '%s\\n' "$acc" > ${file}.tmp && mv ${file}.tmp ${file} || see failed`;
  },
  (random) => `sed -i s/1/2/ ${random.pick(files)} || see failed`,
  (random) => `mkdir -p ${random.pick(directories)} || see failed`,
  (random) => `rm -f ${random.pick(files)} || see failed`,
  (random) => `rm -rf ${random.pick(directories.slice(1))}`,
  (random) => `mv ${random.pick([...files, ...directories.slice(1)])} ${random.pick([...files, ...directories.slice(1)])} || see failed`,
  (random) => `cp ${random.pick(files)} ${random.pick(files)} || see failed`,
  (random) => `chmod ${random.pick(['755', '644', '600'])} ${random.pick(files)} || see failed`,
  (random) => `ln -sfn ${random.pick(['a', 'd/a', 'd', 'nowhere'])} ${random.pick(['out/link', 'out/c'])} || see failed`,
  () => `see "$(readlink out/link) $(cat out/link 2>&1)"`,
];

/** Four shell scripts that read and rewrite each other's files below `out`; the first begins by clearing it. */
export function randomPrograms(random: Random): string[] {
  return [0, 1, 2, 3].map((part) => {
    const count = 2 + random.below(6);
    const lines = Array.from({ length: count }, () => random.pick(operations)(random));
    const start = part === 0 ? ['rm -rf out', 'mkdir -p out/d out/e'] : [];
    return [
      `acc=$(cat src/${part}.txt)`,
      `see() { acc=$(printf '%s|%s' "$acc" "$1" | cksum); }`,
      'exec 2>/dev/null',
      ...start,
      ...lines,
      `printf '%s\\n' "$acc" > out/last-${part}`,
      'exit 0',
      '',
    ].join('\n');
  });
}

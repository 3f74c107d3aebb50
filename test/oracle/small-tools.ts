import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AbsolutePath } from '../../src/base/path.ts';

/** Programs that work on the files of `writeFilesFor`, as a task would call them. */
export const smallTools: readonly { readonly name: string; readonly script: string }[] = [
  {
    name: 'python3',
    script: `/usr/bin/python3 - <<'END'
import glob, importlib, os, pathlib, shutil, sys
sys.path.insert(0, 'package')
import module3
os.makedirs('made/deep', exist_ok=True)
os.makedirs('made/deep', exist_ok=True)
for path in sorted(glob.glob('src/**/*.txt', recursive=True)):
    pathlib.Path('made', os.path.basename(path)).write_bytes(pathlib.Path(path).read_bytes())
shutil.copytree('src', 'made/tree')
shutil.rmtree('made/deep')
os.replace('made/file1.txt', 'made/file0.txt')
os.symlink('file0.txt', 'made/link')
print(os.path.realpath('made/link'), os.path.exists('missing'), os.path.islink('made/link'))
END`,
  },
  {
    name: 'bash',
    script: `exec /bin/bash -c 'shopt -s globstar nullglob
for path in src/**/*.txt; do [[ -r $path ]] && while read -r line; do echo "$line"; done < "$path" >> all.txt; done
[[ -e missing || -L links/here ]] && cd src && source ../package/settings.sh && echo "$NAME" > name.txt
(cd part1 && cat file1.txt > ../copied.txt)
set -o noclobber; echo more > name.txt || true; type nothing || true'`,
  },
  {
    name: 'tar',
    script: 'tar -cf all.tar src links; mkdir out; tar -xf all.tar -C out; tar -tf all.tar; tar -czf all.tgz --exclude="*1.txt" src',
  },
  {
    name: 'sed -i',
    script: 'sed -i s/text/TEXT/ src/part0/*.txt; sed -i.bak -e 1d src/part1/file1.txt; sed -i --follow-symlinks s/a/b/ links/here',
  },
  {
    name: 'gzip',
    script: 'gzip -k src/part0/file0.txt; gzip src/part1/file1.txt; gunzip src/part1/file1.txt.gz; zcat src/part0/file0.txt.gz > out.txt',
  },
  {
    name: 'install',
    script:
      'install -d out/bin out/lib; install -m 755 src/part0/*.txt out/bin; install -D -m 600 src/part1/file1.txt out/a/b/c.txt; install -b src/part2/file2.txt out/bin/file0.txt',
  },
  {
    name: 'git',
    script: `git init -q .; git config user.name a; git config user.email a@b.invalid; git add .; git commit -q -m one
git checkout -q -b other; git mv src/part0 src/moved; git rm -q src/part1/file1.txt; git commit -q -m two; git checkout -q -; git merge -q other
git stash list; git log --oneline; git diff HEAD~1 --stat; git gc -q; git worktree add -q ../worktree-of-$$ other; git worktree list; git worktree remove ../worktree-of-$$`,
  },
  {
    name: 'coreutils',
    script: `cp -a links out; mv out moved; ln -f src/part0/file0.txt hard; ln -sfn src/part1 dir; cat dir/file1.txt; touch -c missing; touch new; mkdir -p a/b/c
mktemp -p . one.XXXXXX; rm -r a; truncate -s 3 new; chmod -R u+w src; readlink -f links/dir/file1.txt; realpath src/../links/here; du -s src; dd if=new of=other status=none; test -d src; ls -laR src; rmdir moved 2>/dev/null || true; shred -u other; split -n 3 src/part2/file2.txt piece; sort -o sorted src/part0/file0.txt; tee t1 t2 < new; mv -n t1 t2; mv t1 dir/; rm dir dir/../dir 2>/dev/null || true; cp --reflink=auto -u src/part0/file0.txt sorted; cp -l sorted sorted2; cp -s "$PWD/sorted" sorted3; cmp sorted sorted2; diff -r src src`,
  },
  {
    name: 'perl',
    script: `perl -MFile::Find -MFile::Copy -e 'find(sub { -f && print $_ }, "src"); copy("src/part0/file0.txt", "c.txt"); move("c.txt", "d.txt"); -e "none"; unlink "d.txt"; opendir(D, "links"); readdir(D); rename("none", "x")'`,
  },
  {
    name: 'cc',
    script: `printf '#include "one.h"\\nint main(void) { return ONE - 1; }\\n' > main.c; echo '#define ONE 1' > one.h; cc -MMD -MF main.d -o program main.c; ./program; ar rc lib.a main.d; strip program`,
  },
];

/** A workspace with some directories of texts, a few links, a Python package and a settings file. */
export function writeFilesFor(name: string, scratch: AbsolutePath): AbsolutePath {
  const root = join(scratch, name.replaceAll(/\W/g, '-')) as AbsolutePath;
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  for (let index = 0; index < 60; index++) {
    mkdirSync(join(root, `src/part${index % 6}`), { recursive: true });
    write(`src/part${index % 6}/file${index}.txt`, `text ${index}\nmore text\n`.repeat(index));
  }
  for (const directory of ['links', 'package']) mkdirSync(join(root, directory));
  symlinkSync('../src/part0/file0.txt', join(root, 'links/here'));
  symlinkSync('../src', join(root, 'links/all'));
  symlinkSync('../src/part1', join(root, 'links/dir'));
  symlinkSync('nowhere', join(root, 'links/dangling'));
  write('package/module3.py', 'NAME = 3\n');
  write('package/settings.sh', 'NAME=set\n');
  return root;
}

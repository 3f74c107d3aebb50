import { symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { joinPath, type AbsolutePath } from '../../../src/base/path.ts';
import { freePlaces } from '../../../src/cache/free-places.ts';
import { gitPart } from '../../../src/cache/git-directory.ts';
import { isBuildInfo, isToolState } from '../../../src/cache/tool-state.ts';
import { directoryWith } from '../../harness/files.ts';
import { path } from './sample.ts';

describe('outside the workspace', () => {
  const isFree = freePlaces({ HOME: '/home/u', TMPDIR: '/scratch/', XDG_CACHE_HOME: '/caches', TEMP: 'relative' });

  test.for(['/tmp/x', '/var/tmp/x', '/dev/null', '/proc/self/x', '/home/u/.npm/x', '/home/u/.bashrc', '/scratch/x', '/caches/a/b'])(
    '%s may be written freely',
    (place) => {
      expect(isFree(place as AbsolutePath)).toBe(true);
    },
  );

  test.for(['/srv/x', '/home/u/notes', '/home/u', '/home/u2/.npm', '/tmpx', '/devices', '/cachesx/a', '/etc/passwd'])(
    '%s may not',
    (place) => {
      expect(isFree(place as AbsolutePath)).toBe(false);
    },
  );

  test('a place may be written by way of where it leads', () => {
    const root = directoryWith({ 'real/.npm/x': '' });
    symlinkSync('real', joinPath(root, 'home'));
    expect(freePlaces({ HOME: joinPath(root, 'home') })(joinPath(root, 'real/.npm/x'))).toBe(true);
  });

  test('nothing is free because the home or a temp directory is the root', () => {
    expect(freePlaces({ HOME: '/', TMPDIR: '/' })('/.x' as AbsolutePath)).toBe(false);
  });
});

describe('in a repository', () => {
  test.for([
    ['.git/HEAD', 'state'],
    ['.git/refs/heads/objects', 'state'],
    ['../.git/packed-refs', 'state'],
    ['a/.git/config', 'state'],
    ['.git/index', 'index'],
    ['.git/index.lock', 'index'],
    ['.git/worktrees/w/index', 'index'],
    ['.git/objects', 'private'],
    ['.git/objects/pack/x', 'private'],
    ['.git/logs/HEAD', 'private'],
    ['.git/objectsx', 'state'],
    ['.git', undefined],
    ['.gitignore', undefined],
    ['a.git/HEAD', undefined],
  ] as const)('%s is %s', ([at, part]) => {
    expect(gitPart(path(at))).toBe(part);
  });
});

describe('private state of a tool', () => {
  test.for(['node_modules/.cache', 'a/node_modules/.cache/b/c', '.eslintcache', 'a/.turbo/x', '.nx/cache/x', 'a/__pycache__/b.pyc'])(
    '%s is',
    (at) => {
      expect(isToolState(path(at))).toBe(true);
    },
  );

  test.for(['node_modules/x/cache', '.cache/x', 'node_modules/.cachex', 'xeslintcache', '.nx/x', 'node_modules/.bin/tsc', 'a.turbo/x'])(
    '%s is not',
    (at) => {
      expect(isToolState(path(at))).toBe(false);
    },
  );

  test('that tells what was built is build info', () => {
    expect([isBuildInfo(path('a/x.tsbuildinfo')), isBuildInfo(path('tsbuildinfo/x'))]).toEqual([true, false]);
  });
});

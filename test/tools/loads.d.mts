import type { AbsolutePath } from '../../src/base/path.ts';

export interface Load {
  readonly name: string;
  readonly cwd: AbsolutePath;
  readonly command: readonly string[];
  readonly prepare: () => void;
}

export function makeLoads(workspace: string): Load[];

export function toolEnvironment(home: string): Record<string, string>;

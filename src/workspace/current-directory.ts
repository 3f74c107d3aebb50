import { realpathSync } from 'node:fs';
import { CommandError } from '../base/diagnostic.ts';
import { isAbsence } from '../base/files.ts';
import type { AbsolutePath } from '../base/path.ts';

/** Where the user is, without links; `ask` is `process.cwd`. Throws where that directory is gone, or Node.js cannot tell its name. */
export function currentDirectory(ask: () => string): AbsolutePath {
  try {
    return realpathSync(ask()) as AbsolutePath;
  } catch (error) {
    if (!isAbsence(error)) throw error;
    const message = 'The current directory has been removed, or its name is not UTF-8';
    throw new CommandError({ code: 'missing-directory', message, hint: 'cd to another one' });
  }
}

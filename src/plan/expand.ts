import type { Word } from './planned.ts';
import { expandGlob, type FieldText, type GlobFiles } from './shell-glob.ts';
import { hasTilde } from './word.ts';

export interface ExpansionScope {
  readonly env: Readonly<Record<string, string>>;
  readonly files: GlobFiles;
}

/**
 * What words become, as `sh` has it: `~` and variables, then splitting at blanks of what was not quoted, then globs;
 * `undefined` where shells differ.
 */
export function expandWords(words: readonly Word[], { env, files }: ExpansionScope): string[] | undefined {
  const expanded = words.flatMap((word) => splitFields(substitute(word, env))).map((field) => expandGlob(field, files));
  return expanded.includes(undefined) ? undefined : expanded.flatMap((texts) => texts ?? []);
}

/** What the value of an assignment becomes: never split, never a glob. */
export function expandAssignment(word: Word, env: ExpansionScope['env']): string {
  return substitute(word, env)
    .map(({ text }) => text)
    .join('');
}

interface Substituted extends FieldText {
  /** It came from a variable that was not quoted. */
  readonly splits: boolean;
}

function substitute(word: Word, env: ExpansionScope['env']): Substituted[] {
  const home = hasTilde(word) ? env['HOME'] : undefined;
  const parts = word.flatMap((part): Substituted[] => {
    if (part.kind === 'text') return [{ text: part.text, quoted: part.quoted, splits: false }];
    const value = env[part.name] ?? '';
    const text = value === '' && part.fallback !== undefined ? expandAssignment(part.fallback, env) : value;
    return [{ text, quoted: part.quoted, splits: !part.quoted }];
  });
  const [first, ...rest] = parts;
  if (home === undefined || first === undefined) return parts;
  return [{ text: home, quoted: true, splits: false }, ...(first.text === '~' ? [] : [{ ...first, text: first.text.slice(1) }]), ...rest];
}

/** Quoted text makes a field even when it is empty; blanks of a variable end one. */
function splitFields(parts: readonly Substituted[]): FieldText[][] {
  const fields: FieldText[][] = [];
  let field: FieldText[] = [];
  const endField = (): void => {
    if (field.length > 0) fields.push(field);
    field = [];
  };
  for (const { text, quoted, splits } of parts) {
    for (const token of splits ? (text.match(/[ \t\n]+|[^ \t\n]+/g) ?? []) : [text]) {
      if (splits && /^[ \t\n]/.test(token)) endField();
      else field.push({ text: token, quoted });
    }
  }
  endField();
  return fields;
}

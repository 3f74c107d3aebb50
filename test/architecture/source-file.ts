import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor, type ESTree } from 'rolldown/utils';

/** What the rules look at in one file; `path` is relative to the repository's root. */
export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Names of the members of `process` that it uses. */
  readonly processMembers: readonly string[];
  readonly hasDefaultExport: boolean;
  /** Whether a string, template or pattern holds the escape character. */
  readonly hasEscape: boolean;
}

export interface Import {
  /** A path relative to the repository's root, or the name of a package or Node module. */
  readonly target: string;
  readonly isType: boolean;
}

/** Every TypeScript file of the product. */
export function readSourceFiles(): SourceFile[] {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  return ['src', 'workers', 'ui']
    .flatMap((folder) => readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`))
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => scan(path, readFileSync(`${root}${path}`, 'utf8')));
}

export function scan(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new SyntaxError(`${path}: ${errors[0].message}`);

  const imports: Import[] = [];
  const processMembers: string[] = [];
  let hasDefaultExport = false;
  let hasEscape = false;
  const found = (source: unknown, isType: boolean) => {
    if (typeof source === 'string') imports.push({ target: resolved(path, source), isType });
  };
  const foundText = (value: unknown) => {
    hasEscape ||= typeof value === 'string' && (value.includes('\u001b') || /\\x1b|\\u001b|\\u\{1b\}|\\033/i.test(value));
  };

  new Visitor({
    // `import { type A }` counts as an import of values: it stays behind as `import {}` and loads the module.
    ImportDeclaration: ({ source, importKind }) => found(source.value, importKind === 'type'),
    ExportNamedDeclaration: ({ source, exportKind }) => found(source?.value, exportKind === 'type'),
    ExportAllDeclaration: ({ source, exportKind }) => found(source.value, exportKind === 'type'),
    ImportExpression: ({ source }) => found(textOf(source), false),
    TSImportType: ({ source }) => found(source.value, true),
    ExportDefaultDeclaration: () => void (hasDefaultExport = true),
    Literal: (literal) => foundText('regex' in literal ? literal.regex.pattern : literal.value),
    TemplateElement: ({ value }) => foundText(value.cooked ?? value.raw),
    MemberExpression: ({ object, property }) => {
      if (object.type !== 'Identifier' || object.name !== 'process') return;
      processMembers.push(property.type === 'Identifier' ? property.name : 'computed');
    },
    VariableDeclarator: ({ id, init }) => {
      if (init?.type !== 'Identifier' || init.name !== 'process' || id.type !== 'ObjectPattern') return;
      processMembers.push(
        ...id.properties.map((property) =>
          property.type === 'Property' && property.key.type === 'Identifier' ? property.key.name : 'computed',
        ),
      );
    },
  }).visit(program);

  return { path, lines: text.split('\n').length - 1, imports, processMembers, hasDefaultExport, hasEscape };
}

/** A minifier makes templates of strings. */
function textOf(source: ESTree.Expression): unknown {
  if (source.type === 'TemplateLiteral' && source.expressions.length === 0) return source.quasis[0]?.value.cooked;
  return 'value' in source ? source.value : undefined;
}

function resolved(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
}

import type { Expression, FunctionBody, ObjectExpression, ParseResult, Program, Statement } from 'oxc-parser';
import { documentOf, lineAndColumn, type JsonDocument } from '../base/json.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { constantsOf, keyOf, literalValue, noConstants, withoutTypes } from './literal-value.ts';

export interface ConfigModule {
  readonly text: string;
  /** As diagnostics name it. */
  readonly file: string;
  /** `run`: of a `vite.config.*`, that member alone, whatever the others are. */
  readonly take: 'all' | 'run';
}

/**
 * What a config module exports as far as its text alone says so, without running it. `absent`: certainly nothing.
 * `must-run`: only running it can tell. A diagnostic for a text that is no module.
 */
export async function readLiteralConfig({ text, file, take }: ConfigModule): Promise<JsonDocument | Diagnostic | 'absent' | 'must-run'> {
  const parse = await loadParser();
  if (parse === undefined) return 'must-run';
  const { program, errors } = parse(text, file);
  const [error] = errors;
  if (error !== undefined) {
    const at = { file, ...lineAndColumn(text, error.labels[0]?.start ?? 0) };
    return { code: 'invalid-config', message: `${file} cannot be parsed: ${error.message}`, at };
  }

  const exported = exportOf(program, text);
  if (exported === 'absent' || exported === 'must-run') return exported;
  const config = objectIn(exported, program, text);
  if (config === undefined) return 'must-run';
  const wanted = take === 'all' ? config.object : runOf(config.object);
  if (wanted === 'absent' || wanted === 'must-run') return wanted;
  const value = literalValue(wanted, config.isReturned ? noConstants : constantsOf(program));
  return value === undefined ? 'must-run' : documentOf(value, { text, file });
}

type Parse = (text: string, file: string) => ParseResult;

/** A native module: where it has no build for the machine, every config is run. */
async function loadParser(): Promise<Parse | undefined> {
  try {
    const { parseSync } = await import('oxc-parser');
    return (text, file) => parseSync(file, text);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** `export default …` or `module.exports = …`, if nothing else in the file speaks of what it exports. */
function exportOf({ body }: Program, text: string): Expression | 'absent' | 'must-run' {
  const found = body.flatMap(exportedBy);
  const [exported, ...others] = found;
  if (exported === undefined) return body.some(isPassive) && body.every(isPassive) ? 'absent' : 'must-run';
  const isModule = body.some(({ type }) => type === 'ExportDefaultDeclaration');
  return others.length === 0 && (isModule || mentions(text, 'exports') === 1) ? exported : 'must-run';
}

function exportedBy(statement: Statement): (Expression | 'must-run')[] {
  if (statement.type === 'ExportDefaultDeclaration') {
    const { declaration } = statement;
    const isExpression = !declaration.type.endsWith('Declaration');
    return [isExpression ? (declaration as Expression) : 'must-run'];
  }
  if (statement.type === 'ExportNamedDeclaration') {
    return statement.specifiers.some(({ exported }) => exported.type === 'Identifier' && exported.name === 'default') ? ['must-run'] : [];
  }
  if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') return [];
  const { left, right, operator } = statement.expression;
  if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier' || left.object.name !== 'module') return [];
  const isExports = left.property.type === 'Identifier' && left.property.name === 'exports' && !left.computed;
  return isExports && operator === '=' ? [right] : ['must-run'];
}

function isPassive({ type }: Statement): boolean {
  return type === 'ImportDeclaration' || (type.startsWith('TS') && type !== 'TSExportAssignment');
}

interface Found {
  readonly object: ObjectExpression;
  /** By a function, in which a name may be another than outside of it. */
  readonly isReturned: boolean;
}

/** The object that an export is, or that it certainly gives when it is called. */
function objectIn(expression: Expression, program: Program, text: string): Found | undefined {
  const node = withoutTypes(expression);
  switch (node.type) {
    case 'ObjectExpression':
      return { object: node, isReturned: false };
    case 'CallExpression': {
      const [argument, ...others] = node.arguments;
      const isDefine = node.callee.type === 'Identifier' && definers(program).has(node.callee.name);
      if (!isDefine || argument === undefined || argument.type === 'SpreadElement' || others.length > 0) return undefined;
      return objectIn(argument, program, text);
    }
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return node.generator || node.body === null ? undefined : returnedBy(node.body, text);
    case 'Identifier':
      return constantObject(node.name, program, text);
    default:
      return undefined;
  }
}

/** The names under which a file has a `defineConfig` that is known to give back what it gets. */
function definers({ body }: Program): ReadonlySet<string> {
  const names = body.flatMap((statement) => {
    if (statement.type !== 'ImportDeclaration' || !definingPackages.has(statement.source.value)) return [];
    return statement.specifiers.flatMap((specifier) => {
      const isDefine =
        specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier' && specifier.imported.name === 'defineConfig';
      return isDefine ? [specifier.local.name] : [];
    });
  });
  return new Set(names);
}

const definingPackages = new Set(['reprise', 'vite', 'vite-plus', 'vitest/config', 'rolldown-vite']);

/** Of a function whose only `return` is its last statement, so that nothing else can come out. */
function returnedBy(body: FunctionBody | Expression, text: string): Found | undefined {
  if (body.type !== 'BlockStatement') return returned(body as Expression);
  const last = body.body.at(-1);
  const returns = mentions(text.slice(body.start, body.end), 'return');
  return last?.type === 'ReturnStatement' && last.argument && returns === 1 ? returned(last.argument) : undefined;
}

function returned(expression: Expression): Found | undefined {
  const object = withoutTypes(expression);
  return object.type === 'ObjectExpression' ? { object, isReturned: true } : undefined;
}

/** `const config = {…}` that nothing but the export speaks of, so that nothing can have changed it. */
function constantObject(name: string, program: Program, text: string): Found | undefined {
  if (mentions(text, name) !== 2) return undefined;
  for (const statement of program.body) {
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') continue;
    const declared = statement.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name);
    if (declared?.init) return objectIn(declared.init, program, text);
  }
  return undefined;
}

/** How often a name stands in a text, comments and strings included: too many is on the safe side. */
function mentions(text: string, name: string): number {
  return text.match(new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g'))?.length ?? 0;
}

/** What the `run` member is. A spread or a computed key before it does not matter; one after it may bring another. */
function runOf({ properties }: ObjectExpression): Expression | 'absent' | 'must-run' {
  let run: Expression | 'absent' | 'must-run' = 'absent';
  for (const property of properties) {
    const key = property.type === 'SpreadElement' ? undefined : keyOf(property);
    if (property.type === 'SpreadElement' || key === undefined) run = 'must-run';
    else if (key === 'run') run = property.kind === 'init' && !property.method ? property.value : 'must-run';
  }
  return run;
}

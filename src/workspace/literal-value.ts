import type { ArrayExpression, Expression, ObjectExpression, ObjectProperty, Program } from 'oxc-parser';
import type { LocatedValue } from '../base/json.ts';

/** The values of a file's constants that nothing can change: texts, numbers, true and false. */
export type Constants = ReadonlyMap<string, string | number | boolean>;

export const noConstants: Constants = new Map();

/** What an expression says without being run, and where each part of it stands; `undefined` where it must be run. */
export function literalValue(expression: Expression, constants: Constants): LocatedValue | undefined {
  const node = withoutTypes(expression);
  const { start } = node;
  switch (node.type) {
    case 'Literal': {
      const isPlain = node.value === null || ['string', 'number', 'boolean'].includes(typeof node.value);
      // A pattern that this Node.js does not know is `null`, too.
      return isPlain && !('regex' in node) ? { value: node.value, start, children: none } : undefined;
    }
    case 'TemplateLiteral': {
      const text = node.quasis[0]?.value.cooked;
      return node.expressions.length === 0 && typeof text === 'string' ? { value: text, start, children: none } : undefined;
    }
    case 'UnaryExpression': {
      const operand = node.operator === '-' ? literalValue(node.argument, constants) : undefined;
      return typeof operand?.value === 'number' ? { value: -operand.value, start, children: none } : undefined;
    }
    case 'Identifier':
      return constants.has(node.name) ? { value: constants.get(node.name), start, children: none } : undefined;
    case 'ArrayExpression':
      return literalList(node, constants);
    case 'ObjectExpression':
      return literalObject(node, constants);
    default:
      return undefined;
  }
}

/** The expression itself, for `as const`, `satisfies T`, `x!` and parentheses around it. */
export function withoutTypes(expression: Expression): Expression {
  switch (expression.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return withoutTypes(expression.expression);
    default:
      return expression;
  }
}

/** `undefined` for a key that is computed. */
export function keyOf({ key, computed }: ObjectProperty): string | undefined {
  if (computed) return undefined;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' && typeof key.value === 'string' ? key.value : undefined;
}

/** Top-level `const NAME = <text, number, true or false>`. */
export function constantsOf({ body }: Program): Constants {
  const constants = new Map<string, string | number | boolean>();
  for (const statement of body) {
    if (statement.type !== 'VariableDeclaration' || statement.kind !== 'const') continue;
    for (const { id, init } of statement.declarations) {
      const value = init && literalValue(init, constants)?.value;
      if (id.type === 'Identifier' && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')) {
        constants.set(id.name, value);
      }
    }
  }
  return constants;
}

const none: LocatedValue['children'] = new Map();

function literalList({ elements, start }: ArrayExpression, constants: Constants): LocatedValue | undefined {
  const items: LocatedValue[] = [];
  for (const element of elements) {
    const item = element === null || element.type === 'SpreadElement' ? undefined : literalValue(element, constants);
    if (item === undefined) return undefined;
    items.push(item);
  }
  const children = new Map(items.map((node, index) => [index, { keyStart: node.start, node }]));
  return { value: items.map(({ value }) => value), start, children };
}

function literalObject({ properties, start }: ObjectExpression, constants: Constants): LocatedValue | undefined {
  const children = new Map<string, { keyStart: number; node: LocatedValue }>();
  for (const property of properties) {
    if (property.type === 'SpreadElement' || property.kind !== 'init' || property.method) return undefined;
    const key = keyOf(property);
    const node = literalValue(property.value, constants);
    if (key === undefined || key === '__proto__' || node === undefined) return undefined;
    children.set(key, { keyStart: property.key.start, node });
  }
  return { value: Object.fromEntries([...children].map(([key, { node }]) => [key, node.value])), start, children };
}

import type { Diagnostic, DiagnosticCode, SourcePlace } from './diagnostic.ts';

/** A parsed JSON text that still knows where each of its values stands. */
export interface JsonDocument {
  readonly value: unknown;
  /** Where the key (or the value) at `path` stands; of a path that is not there, its nearest parent that is. */
  placeOf(path: JsonPath, part?: 'key' | 'value'): SourcePlace;
}

export type JsonPath = readonly (string | number)[];

export interface JsonSource {
  readonly text: string;
  readonly file: string;
  /** `relaxed`: with comments and trailing commas. */
  readonly dialect: 'strict' | 'relaxed';
  /** The code of the diagnostic for a text that is not JSON. */
  readonly code: DiagnosticCode;
}

/** The document, or what is wrong with its first mistake and where. */
export function parseJson({ text, file, dialect, code }: JsonSource): JsonDocument | Diagnostic {
  try {
    return documentOf(new Parser(text, dialect === 'relaxed').parse(), { text, file });
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { code, message: `${file} is not valid JSON: ${error.message}`, at: { file, ...lineAndColumn(text, error.offset) } };
  }
}

/** A document from values whose places in `text` are known, whatever the language it is written in. */
export function documentOf(root: LocatedValue, { text, file }: Pick<JsonSource, 'text' | 'file'>): JsonDocument {
  let starts: readonly number[] | undefined;
  return {
    value: root.value,
    placeOf: (path, part = 'value') => ({ file, ...placeIn((starts ??= lineStarts(text)), offsetOf(root, path, part)) }),
  };
}

/** Both count from 1; the column in UTF-16 code units. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  return placeIn(lineStarts(text), offset);
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/** By halves: a config of thousands of tasks is asked for as many places. */
function placeIn(starts: readonly number[], offset: number): { line: number; column: number } {
  let [first, last] = [0, starts.length - 1];
  while (first < last) {
    const middle = Math.ceil((first + last) / 2);
    if ((starts[middle] ?? 0) <= offset) first = middle;
    else last = middle - 1;
  }
  return { line: first + 1, column: offset - (starts[first] ?? 0) + 1 };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of an object whose values are text; of anything else, none. */
export function textMembers(value: unknown): Record<string, string> {
  return Object.fromEntries(textEntries(value));
}

/** As `textMembers`, in pairs. */
export function textEntries(value: unknown): [key: string, text: string][] {
  if (!isRecord(value)) return [];
  return Object.entries(value).filter((member): member is [string, string] => typeof member[1] === 'string');
}

/** A value, and where it stands: offsets in UTF-16 code units. */
export interface LocatedValue {
  readonly value: unknown;
  readonly start: number;
  /** Of an object by key, of a list by index. */
  readonly children: ReadonlyMap<string | number, Child>;
}

interface Child {
  readonly keyStart: number;
  readonly node: LocatedValue;
}

function offsetOf(root: LocatedValue, path: JsonPath, part: 'key' | 'value'): number {
  let offset = root.start;
  let node = root;
  for (const key of path) {
    const child = node.children.get(key);
    if (child === undefined) return offset;
    node = child.node;
    offset = part === 'key' ? child.keyStart : node.start;
  }
  return offset;
}

class JsonSyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const none: ReadonlyMap<string | number, Child> = new Map();
const space = /[ \t\r\n]*/y;
const spaceAndComments = /(?:[ \t\r\n]|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const string = /"(?:[^"\\\n]|\\.)*"/y;

class Parser {
  readonly #text: string;
  readonly #relaxed: boolean;
  #offset = 0;

  constructor(text: string, relaxed: boolean) {
    this.#text = text;
    this.#relaxed = relaxed;
    if (text.startsWith('\uFEFF')) this.#offset = 1;
  }

  parse(): LocatedValue {
    const root = this.#value();
    if (this.#peek() !== '') throw this.#unexpected('the end');
    return root;
  }

  #value(): LocatedValue {
    const next = this.#peek();
    const start = this.#offset;
    if (next === '{') return { start, ...this.#object() };
    if (next === '[') return { start, ...this.#array() };
    const text = this.#match(string) ?? this.#match(literal);
    if (text === undefined) throw this.#unexpected('a value');
    return { start, value: this.#decode(text, start), children: none };
  }

  #object(): Omit<LocatedValue, 'start'> {
    const children = new Map<string, Child>();
    this.#members('}', () => {
      const keyStart = this.#offset;
      const key = this.#match(string);
      if (key === undefined) throw this.#unexpected('a key in double quotes');
      if (this.#peek() !== ':') throw this.#unexpected("':'");
      this.#offset++;
      children.set(String(this.#decode(key, keyStart)), { keyStart, node: this.#value() });
    });
    return { value: Object.fromEntries([...children].map(([key, child]) => [key, child.node.value])), children };
  }

  #array(): Omit<LocatedValue, 'start'> {
    const items: LocatedValue[] = [];
    this.#members(']', () => items.push(this.#value()));
    return {
      value: items.map((item) => item.value),
      children: new Map(items.map((node, index) => [index, { keyStart: node.start, node }])),
    };
  }

  #members(end: '}' | ']', readMember: () => void): void {
    this.#offset++;
    for (let isFirst = true; this.#peek() !== end; isFirst = false) {
      if (!isFirst) {
        if (this.#peek() !== ',') throw this.#unexpected(`',' or '${end}'`);
        this.#offset++;
        if (this.#peek() === end && this.#relaxed) break;
      }
      readMember();
    }
    this.#offset++;
  }

  /** The next character that matters, `''` at the end. */
  #peek(): string {
    this.#match(this.#relaxed ? spaceAndComments : space);
    return this.#text.charAt(this.#offset);
  }

  #match(token: RegExp): string | undefined {
    token.lastIndex = this.#offset;
    const text = token.exec(this.#text)?.[0];
    if (text !== undefined) this.#offset = token.lastIndex;
    return text;
  }

  #decode(text: string, start: number): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new JsonSyntaxError('a string with a bad escape or a control character', start);
    }
  }

  #unexpected(expected: string): JsonSyntaxError {
    const found = this.#text.charAt(this.#offset);
    return new JsonSyntaxError(`expected ${expected}, found ${found === '' ? 'the end of the file' : `'${found}'`}`, this.#offset);
  }
}

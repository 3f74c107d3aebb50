import { decodeText } from '../protocol.ts';
import { RunnerLost } from './runner-link.ts';

export type Variable = readonly [name: string, value: string];

/** What the answer to `getEnv` says; `undefined`: there is no such variable. */
export function valueIn(line: string): string | undefined {
  const { value } = answerIn(line, 'env');
  return value === null ? undefined : textIn(value);
}

/** What the answer to `getEnvs` says. */
export function variablesIn(line: string): readonly Variable[] {
  const { values } = answerIn(line, 'envs');
  if (!Array.isArray(values)) throw misunderstood();
  return values.map((pair: unknown) => {
    if (!Array.isArray(pair)) throw misunderstood();
    return [textIn(pair[0]), textIn(pair[1])];
  });
}

function answerIn(line: string, type: 'env' | 'envs'): Readonly<Record<string, unknown>> {
  const answer = parsed(line);
  if (answer['type'] === 'error') throw new RunnerLost(String(answer['message']));
  if (answer['type'] !== type) throw misunderstood();
  return answer;
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(line);
    if (typeof answer === 'object' && answer !== null) return { ...answer };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw misunderstood();
}

function textIn(value: unknown): string {
  const text = decodeText(value);
  if (text === undefined) throw misunderstood();
  return text;
}

function misunderstood(): RunnerLost {
  return new RunnerLost('its answer cannot be understood', { isUnnoticed: true });
}

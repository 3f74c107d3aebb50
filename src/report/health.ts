/** What `reprise doctor` found out. */
export interface Health {
  readonly version: 1;
  /** Whether anything can be cached here. */
  readonly canCache: boolean;
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly check: 'temporary' | 'runtime' | 'platform' | 'cores' | 'tracing' | 'workspace' | 'store' | 'configs' | 'tools' | 'git';
  /** `bad`: nothing can be cached because of it. */
  readonly status: 'good' | 'doubtful' | 'bad';
  readonly text: string;
  /** One thing a line. */
  readonly details?: readonly string[];
  readonly hint?: string;
  /** The same for programs. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export function healthOf(findings: readonly Finding[]): Health {
  return { version: 1, canCache: findings.every(({ status }) => status !== 'bad'), findings };
}

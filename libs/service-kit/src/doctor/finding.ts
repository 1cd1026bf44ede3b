import { ConfigError, sentencesOf } from '../config.ts';
import { reasonOf } from '../transient.ts';

/** What was found, for people: `fault` keeps Inkstream from working, `warning` will, or makes it weaker. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'fault';
  /** What was looked at, such as `Kafka (KAFKA_BROKERS)`. */
  readonly subject: string;
  /** What is so. */
  readonly says: string;
  /** What to do about it; absent if all is well. */
  readonly todo?: string;
}

/** Something to look at, within a time limit. */
export interface Check {
  readonly subject: string;
  /** What to do if it does not answer, or fails in a way that nobody foresaw. */
  readonly todo: string;
  readonly look: (signal: AbortSignal) => Promise<readonly Omit<Finding, 'subject'>[]>;
}

export const ok = (says: string) => ({ level: 'ok', says }) as const;
export const warning = (says: string, todo: string) => ({ level: 'warning', says, todo }) as const;
export const fault = (says: string, todo: string) => ({ level: 'fault', says, todo }) as const;

/** What to do about a variable that is wrong, whatever needs it. */
export const CORRECT_IT = 'correct it: docs/configuration.md and docs/providers.md have every variable';

const LIMIT_MS = 30_000;

/** Looks at everything, at once; in the order of the checks. */
export async function diagnose(checks: readonly Check[], limitMs = LIMIT_MS): Promise<readonly Finding[]> {
  const found = await Promise.all(checks.map((check) => lookAt(check, limitMs)));
  return found.flat();
}

async function lookAt({ subject, todo, look }: Check, limitMs: number): Promise<Finding[]> {
  const limit = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<ReturnType<typeof fault>[]>();
  const timer = setTimeout(() => {
    resolve([fault(`has not answered within ${limitMs / 1_000} s`, todo)]);
    limit.abort();
  }, limitMs);
  const looked = look(limit.signal).catch((error) =>
    error instanceof ConfigError
      ? sentencesOf(error).map((says) => fault(says, CORRECT_IT))
      : [fault(reasonOf(error), todo)],
  );
  try {
    return (await Promise.race([looked, late])).map((finding) => ({ subject, ...finding }));
  } finally {
    clearTimeout(timer);
  }
}

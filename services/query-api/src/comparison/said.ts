import type { Receipt, ReceiptField } from '@inkstream/contracts';
import { type Hypothesis, pool, rankOf } from './pool.ts';

/** A receipt as one execution read it. */
export interface Source {
  readonly executionId: number;
  readonly ocrProvider: string;
  readonly receipt: Receipt;
}

/** What one execution says, and what that means. */
export interface Said<Value> {
  readonly source: Source;
  readonly value: Value;
  readonly confidence: number | undefined;
  readonly key: string;
  readonly trust: number;
}

/** Of a provider that does not say how sure it is. */
const UNSTATED = 0.8;
/** No provider is as sure as it may say: two that agree always outweigh one, and none is certain. */
const [LEAST, MOST] = [0.05, 0.98];
/** Its own checks speak against a value. */
const CHECK_FAILED = 0.5;

/** How far an execution is trusted in a field, 0 to 1. */
export function trustIn({ confidence = UNSTATED, checks = [] }: Pick<ReceiptField, 'checks' | 'confidence'>) {
  const doubt = checks.some(({ passed }) => !passed) ? CHECK_FAILED : 1;
  return Math.min(MOST, Math.max(LEAST, confidence * doubt));
}

/** A value that some executions say, those that are trusted most first. */
export interface Candidate<Value> {
  readonly key: string;
  readonly by: readonly Said<Value>[];
  readonly best: Said<Value>;
}

/** All that is said of one thing. */
export interface Question<Value> {
  /** The places are those of the hypotheses; the last of these, that all are wrong, has none. */
  readonly candidates: readonly Candidate<Value>[];
  readonly hypotheses: readonly Hypothesis[];
}

/** Puts together what is said of one thing: the most probable values first, of equal ones the one said first. */
export function questionOf<Value>(said: readonly Said<Value>[]): Question<Value> {
  const byKey = Map.groupBy(said, ({ key }) => key);
  const pooled = pool(said);
  const wrong = pooled.filter(({ key }) => key === null);
  const ranked = pooled.filter(({ key }) => key !== null).toSorted((a, b) => rankOf(b) - rankOf(a));
  const candidates = ranked.flatMap(({ key }) => {
    const by = (byKey.get(key ?? '') ?? []).toSorted((a, b) => b.trust - a.trust);
    const [best] = by;
    return key !== null && best ? [{ key, by, best }] : [];
  });
  return { candidates, hypotheses: [...ranked, ...wrong] };
}

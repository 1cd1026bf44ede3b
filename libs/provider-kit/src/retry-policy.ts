import { type ExecutionState, isProviderWide, isTransient } from '@inkstream/domain';
import type { AttemptFault } from './provider-error.ts';

/** When a fault is tried again. Times in ms. */
export interface RetryPolicy {
  /** Attempts until an execution fails; those that were lost with their worker, or met a provider that is down, are free. */
  readonly maxAttempts: number;
  /** Attempts that may use up a time limit: a document that does so twice would do so for ever. */
  readonly maxTimeouts: number;
  /** Attempts that may be lost with their worker. */
  readonly maxLost: number;
  /** From this many lost attempts on, a document is read alone, so that it can harm no other. */
  readonly aloneFromLost: number;
  /** Wait after the first attempt, and the most; it doubles between. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** The most of a provider's Retry-After that is respected. */
  readonly maxRetryAfterMs: number;
}

/** The most of a provider's Retry-After that is respected, ms. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: 5,
  maxTimeouts: 2,
  maxLost: 10,
  aloneFromLost: 2,
  firstDelayMs: 1_000,
  maxDelayMs: 60_000,
  maxRetryAfterMs: MAX_RETRY_AFTER_MS,
};

export interface FailedAttempt {
  readonly fault: AttemptFault;
  /** Which attempt it was, counted from 1. */
  readonly attempt: number;
  /** Attempts that count, this one included: those lost with their worker don't, nor those that met a provider that was down. */
  readonly counted: number;
  /** Those of them that used up a time limit, this one included. */
  readonly timeouts: number;
}

/**
 * How long to wait before the next attempt, ms; null if there is none. Exponential backoff with equal jitter (half of
 * the wait is random), no earlier than the provider asks for, within reason. `random` returns 0 to 1. A document waits
 * for a provider that is down however long that takes: its execution's deadline ends it.
 */
export function retryDelay(
  { fault, attempt, counted, timeouts }: FailedAttempt,
  policy: RetryPolicy,
  random: () => number,
): number | null {
  if (!isTransient(fault.code)) return null;
  if (fault.code === 'timeout' && timeouts >= policy.maxTimeouts) return null;
  const free = isProviderWide(fault.code);
  if (counted >= policy.maxAttempts && !free) return null;
  const backoff = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** ((free ? attempt : counted) - 1));
  const jittered = backoff / 2 + (random() * backoff) / 2;
  return Math.max(jittered, Math.min(fault.retryAfterMs ?? 0, policy.maxRetryAfterMs));
}

/**
 * How long the next attempt of an execution has to wait yet, ms. `now`: the store's clock, ms since 1970, since another
 * process may have said when. If it is longer than anything may wait, that clock was set back.
 */
export function waitLeft(
  { notBefore }: Pick<ExecutionState, 'notBefore'>,
  now: number,
  { maxDelayMs, maxRetryAfterMs }: RetryPolicy,
): number {
  if (notBefore === null) return 0;
  const waitMs = Date.parse(notBefore) - now;
  return waitMs > Math.max(maxDelayMs, maxRetryAfterMs) ? 0 : Math.max(waitMs, 0);
}

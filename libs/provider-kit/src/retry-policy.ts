import { isTransient } from '@inkstream/domain';
import { type AttemptFault, isProviderWide } from './provider-error.ts';

/** When a fault is tried again. Times in ms. */
export interface RetryPolicy {
  /**
   * Attempts until an execution fails; those that were lost with their worker, or that fail for a provider that is down
   * as a whole, are free.
   */
  readonly maxAttempts: number;
  /** Attempts that may use up a time limit: a document that does so twice would do so for ever. */
  readonly maxTimeouts: number;
  /** Attempts that may be lost with their worker. */
  readonly maxLost: number;
  /** From so many lost attempts on a document is read alone, so that it can harm no other. */
  readonly aloneFromLost: number;
  /** Wait after the first attempt, and the most; it doubles between. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** An execution that is this old is not tried again, whatever the fault. */
  readonly giveUpAfterMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: 5,
  maxTimeouts: 2,
  maxLost: 10,
  aloneFromLost: 2,
  firstDelayMs: 1_000,
  maxDelayMs: 60_000,
  giveUpAfterMs: 24 * 3_600_000,
};

export interface FailedAttempt {
  readonly fault: AttemptFault;
  /** Attempts that ended, this one included: those lost with their worker don't count. */
  readonly ended: number;
  /** Those of them that used up a time limit, this one included. */
  readonly timeouts: number;
  /** Age of the execution, ms. */
  readonly ageMs: number;
  /** Whether the provider is known to be down as a whole. */
  readonly circuitOpen: boolean;
}

/**
 * How long to wait before the next attempt, ms; null where there is none. Exponential backoff with equal jitter
 * (half of the wait is random), no earlier than the provider asks for. `random` gives 0 to 1.
 */
export function retryDelay(
  { fault, ended, timeouts, ageMs, circuitOpen }: FailedAttempt,
  policy: RetryPolicy,
  random: () => number,
): number | null {
  if (!isTransient(fault.code) || ageMs >= policy.giveUpAfterMs) return null;
  if (fault.code === 'timeout' && timeouts >= policy.maxTimeouts) return null;
  const free = circuitOpen && isProviderWide(fault.code);
  if (ended >= policy.maxAttempts && !free) return null;
  const backoff = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (ended - 1));
  const jittered = backoff / 2 + (random() * backoff) / 2;
  return Math.max(jittered, fault.retryAfterMs ?? 0);
}

import { isTransientFault } from '@inkstream/service-kit';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

const policy = retry(handleWhen(isTransientFault), {
  maxAttempts: 12,
  backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 10_000 }),
});

/**
 * Does the work, again and again while an engine does not answer, for about a minute: a result that was paid for is
 * not thrown away because a store restarts. The work must be idempotent.
 */
export const persist = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  policy.execute(work, signal);

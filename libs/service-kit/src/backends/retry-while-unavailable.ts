import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreRefusedError } from '@inkstream/event-store';
import { StartError } from '../config.ts';
import type { Logger } from '../log.ts';
import { fullDiskOf, isTransientFault, reasonOf } from '../transient.ts';

const LIMIT_MS = 120_000;
const PING_LIMIT_MS = 5_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** How long the same reason is not logged again, in ms. */
const REMIND_MS = 30_000;

const isTransient = (error: unknown): boolean =>
  isTransientFault(error) || (error instanceof Error && error.name === 'TimeoutError');

/** Errors whose message says what to fix, and bugs of ours. */
const isFinal = (error: unknown): boolean =>
  error instanceof StartError || error instanceof EventStoreRefusedError || error instanceof TypeError;

/** Pings a store. One that is full answers: reads are served, and deletions make room. */
export async function pingUnlessFull(
  store: { ping(signal?: AbortSignal): Promise<void> },
  log: Pick<Logger, 'warn'>,
  signal?: AbortSignal,
): Promise<void> {
  await store.ping(signal).catch((err) => {
    if (!fullDiskOf(err)) throw err;
    log.warn({ reason: reasonOf(err) }, 'a store is full');
  });
}

/**
 * Retries a call while its backend is unavailable: services and backends may start in any order. `name` is for its
 * operator, such as `MongoDB (MONGODB_URL)`.
 *
 * @throws StartError with its last error, if it has not answered within two minutes or reports a permanent error.
 * @throws EventStoreRefusedError as it is.
 */
export async function retryWhileUnavailable<T>(
  name: string,
  call: (signal: AbortSignal) => Promise<T>,
  log: Pick<Logger, 'warn'>,
  limitMs = LIMIT_MS,
): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  let logged = { reason: '', at: Number.NEGATIVE_INFINITY };
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await call(AbortSignal.timeout(PING_LIMIT_MS));
    } catch (cause) {
      if (isFinal(cause)) throw cause;
      const reason = reasonOf(cause);
      const now = performance.now();
      if (!isTransient(cause)) throw new StartError(`${name} refuses: ${reason}`, { cause });
      if (now + waitMs > giveUpAt)
        throw new StartError(`${name} has not answered within ${limitMs / 1_000} s: ${reason}`, { cause });
      if (reason !== logged.reason || now > logged.at + REMIND_MS) {
        log.warn(`${name} does not answer yet, retrying: ${reason}`);
        logged = { reason, at: now };
      }
      await sleep(waitMs);
    }
  }
}

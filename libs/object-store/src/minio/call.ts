import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectStoreUnavailableError } from '../errors.ts';
import { asStoreError, isPassing } from './faults.ts';
import { withSignal } from './transport.ts';

const LIMIT_MS = 30_000;
/** Waits before an idempotent call is made again: short ones, since callers retry too. */
const REPEAT_AFTER_MS = [50, 250];

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** For each attempt, ms (default 30 s). */
  readonly limitMs?: number;
  /** Whether repeating it changes nothing (default true). Such a call is retried after a transient fault. */
  readonly idempotent?: boolean;
}

function attempt<T>(work: () => Promise<T>, limitMs: number, signal?: AbortSignal): Promise<T> {
  const ending = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const end = (reason: unknown) => {
      reject(reason);
      ending.abort(reason);
    };
    const abort = () => end(signal?.reason);
    const late = () =>
      end(new ObjectStoreUnavailableError(`The object store has not answered within ${limitMs} ms`));
    const timer = setTimeout(late, limitMs);
    signal?.addEventListener('abort', abort, { once: true });
    withSignal(ending.signal, work)
      .then(resolve, (error) => reject(asStoreError(error)))
      .finally(() => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      });
  });
}

/**
 * Calls the server. Rejects with `ObjectStoreUnavailableError` if it fails or does not answer in time, with the
 * signal's reason as soon as it aborts; the requests of the call are ended then.
 */
export async function call<T>(work: () => Promise<T>, options: CallOptions = {}): Promise<T> {
  const { signal, limitMs = LIMIT_MS, idempotent = true } = options;
  for (const waitMs of idempotent ? REPEAT_AFTER_MS : []) {
    signal?.throwIfAborted();
    try {
      return await attempt(work, limitMs, signal);
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await sleep(waitMs, undefined, { ...(signal && { signal }) }).catch(() => {});
  }
  signal?.throwIfAborted();
  return attempt(work, limitMs, signal);
}

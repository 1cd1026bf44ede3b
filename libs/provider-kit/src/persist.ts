import { setTimeout as sleep } from 'node:timers/promises';
import { ConcurrencyError } from '@inkstream/event-store';
import { isTransientFault, type Logger, observe } from '@inkstream/service-kit';

/** Wait before a store is asked again, and the most, ms; it doubles between. */
const defaultWaits = { firstMs: 100, maxMs: 10_000 };
/** From the second warning on, one in this many failed tries is logged. */
const LOG_EVERY = 30;
/** How long a store may take to answer once the service stops, ms. */
const STOP_MS = 5_000;

/** The service stops, and a store has not taken what was to be kept. */
export class NotKeptError extends Error {
  override readonly name = 'NotKeptError';
  readonly transient = true;
}

interface KeeperParts {
  /** How many are kept at once. */
  readonly size: number;
  readonly stopping: AbortSignal;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly random: () => number;
  readonly waits?: typeof defaultWaits;
}

/** A fault of a store rather than of what it was to do. */
const isStoreFault = (error: unknown): boolean =>
  isTransientFault(error) ||
  error instanceof ConcurrencyError ||
  (error instanceof Error && error.name === 'TimeoutError');

/**
 * Keeps what attempts came to until the stores have taken it: a result that was paid for is not thrown away because a
 * store is full or away, however long. It holds a bounded number of them; nothing more is read while it is full.
 */
export class ResultKeeper {
  readonly #parts: KeeperParts;
  readonly #gauge: { close(): void };
  #kept = 0;
  /** Of them, those that a store has refused so far. */
  #waiting = 0;
  #left = Promise.withResolvers<void>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    const description = 'Results and failures that wait until a store takes them';
    this.#gauge = observe(
      'inkstream.provider.results_waiting',
      { unit: '{result}', description },
      () => this.#waiting,
    );
  }

  /** Resolves once there is room for one more. Rejects with the signal's reason. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.#kept >= this.#parts.size) {
      await raceAbort(this.#left.promise, signal);
    }
  }

  /**
   * Does the work, again and again while a store fails. It must be idempotent. `what` is for the log.
   *
   * @throws NotKeptError once the service stops.
   */
  async keep<T>(what: object, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#kept++;
    try {
      return await this.#persist(what, work, signal);
    } finally {
      this.#kept--;
      this.#left.resolve();
      this.#left = Promise.withResolvers();
    }
  }

  close(): void {
    this.#gauge.close();
  }

  async #persist<T>(what: object, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { log } = this.#parts;
    let failed = 0;
    try {
      for (;;) {
        signal.throwIfAborted();
        try {
          const done = await this.#unlessStopped(work(), signal);
          if (failed > 0) log.info({ ...what, tries: failed + 1 }, 'a store took what waited for it');
          return done;
        } catch (err) {
          if (signal.aborted || err instanceof NotKeptError || !isStoreFault(err)) throw err;
          if (failed++ === 0) this.#waiting++;
          if (failed % LOG_EVERY === 1)
            log.warn({ err, ...what, tries: failed }, 'a store does not take what was read: it is kept');
          await this.#backoff(failed, err, signal);
        }
      }
    } finally {
      if (failed > 0) this.#waiting--;
    }
  }

  async #backoff(failed: number, cause: unknown, signal: AbortSignal): Promise<void> {
    const { stopping, random, waits = defaultWaits } = this.#parts;
    const waitMs = Math.min(waits.maxMs, waits.firstMs * 2 ** (failed - 1));
    const both = AbortSignal.any([signal, stopping]);
    await sleep(waitMs / 2 + (random() * waitMs) / 2, undefined, { signal: both }).catch(() => {});
    signal.throwIfAborted();
    if (stopping.aborted) throw new NotKeptError('The service stops, and a store fails', { cause });
  }

  /** Waits for a store no longer than a moment once the service stops. */
  async #unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    const { stopping } = this.#parts;
    const { promise: late, reject } = Promise.withResolvers<never>();
    let timer: NodeJS.Timeout | undefined;
    const giveUp = () => reject(new NotKeptError('The service stops, and a store does not answer'));
    const stop = () => {
      if (signal.aborted) return giveUp();
      timer = setTimeout(giveUp, STOP_MS);
      signal.addEventListener('abort', giveUp, { once: true });
    };
    if (stopping.aborted) stop();
    else stopping.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      stopping.removeEventListener('abort', stop);
      signal.removeEventListener('abort', giveUp);
    }
  }
}

/** The promise, unless the signal aborts before: then it rejects with the signal's reason. */
export async function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  return await Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

import { EventStoreRefusedError, EventStoreUnavailableError, type Right } from '../errors.ts';
import type { EventStore } from '../event-store.ts';
import { openRights } from './rights.ts';

const EVERY_MS = 10_000;
const LIMIT_MS = 5_000;

export interface WithRightsOptions {
  /** The connection string that the store was opened with. */
  readonly url: string;
  readonly rights: readonly Right[];
  readonly log?: { warn(details: object, message: string): void };
  /** How long an answer is valid, in ms (default 10 s). */
  readonly everyMs?: number;
  /** A monotonic clock, in ms. */
  readonly now?: () => number;
}

/**
 * The store, whose `ping` also checks each right that its user needs, so that a start fails and a replica becomes
 * unready if one is refused. Closing it closes both.
 */
export function withRights(
  store: EventStore,
  { url, rights, log, everyMs = EVERY_MS, now = () => performance.now() }: WithRightsOptions,
): EventStore {
  if (rights.length === 0) return store;
  const tried = openRights(url, rights, LIMIT_MS);
  let last: { readonly at: number; readonly outcome: Promise<void> } | undefined;
  let refused: string | undefined;

  async function check(): Promise<void> {
    try {
      await tried.check();
      refused = undefined;
    } catch (error) {
      // A store that does not answer is asked again at once, one that refused at the next ping.
      last = undefined;
      if (error instanceof EventStoreRefusedError && error.right !== refused) {
        refused = error.right;
        log?.warn({ right: error.right }, error.message);
      }
      throw error;
    }
  }

  function checked(): Promise<void> {
    if (last === undefined || now() - last.at >= everyMs) last = { at: now(), outcome: check() };
    return last.outcome;
  }

  return {
    append: (...args) => store.append(...args),
    read: (...args) => store.read(...args),
    subscribe: (...args) => store.subscribe(...args),
    truncate: (...args) => store.truncate(...args),
    async ping(signal) {
      await orAborted(checked(), signal);
      await store.ping(signal);
    },
    async close() {
      await Promise.all([tried.close(), store.close()]);
    },
  };
}

function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new EventStoreUnavailableError('EventStoreDB does not answer'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
}

import { randomUUID } from 'node:crypto';
import { ConcurrencyError } from './errors.ts';
import type { EventStore, RecordedEvent } from './event-store.ts';

const TRUNCATE_EVERY = 100;
/** The part of its time to live by which a holder stops early: clocks drift, and calls take time. */
const MARGIN = 0.2;

export interface LeaseOptions {
  readonly store: Pick<EventStore, 'read' | 'append' | 'truncate'>;
  /** What is leased. Each name has one holder at a time. */
  readonly name: string;
  /** Who asks. A process must never be mistaken for the one before it, so this is a new UUID by default. */
  readonly holder?: string;
  /** How long a lease that is not renewed lasts, in ms (default 5,000). */
  readonly ttlMs?: number;
  /** A monotonic clock, in ms. */
  readonly now?: () => number;
}

export interface Lease {
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
  /**
   * Takes the lease if nobody holds it, or renews it if this holder does. Returns whether it is held now.
   *
   * @throws EventStoreUnavailableError and what else `read`, `append` and `truncate` throw: who holds it is as before.
   */
  attempt(signal?: AbortSignal): Promise<boolean>;
  /** For how many ms more it is certainly held, by the own clock; 0 if it is not. */
  remainingMs(): number;
  /** Releases it, so that another may take it at once. Does nothing if another has it. */
  release(signal?: AbortSignal): Promise<void>;
}

/**
 * The right to do what only one process may do at a time, kept in the event store.
 *
 * The last event of the stream `lease-<name>` says who holds it: `LeaseTaken` {holder, ttlMs} or `LeaseReleased`.
 * Every append expects the revision that its writer last saw, so that one of several wins. Nobody's clock is compared
 * with another's: a holder counts from before it sent its last append, the others from when they first saw it, which
 * is later; and they wait for the whole of `ttlMs`, of which the holder uses four fifths (see Gray and Cheriton,
 * "Leases", 1989, on clocks that drift).
 */
export function createLease({
  store,
  name,
  holder = randomUUID(),
  ttlMs = 5_000,
  now = () => performance.now(),
}: LeaseOptions): Lease {
  const stream = `lease-${name}`;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let seen: { readonly revision: number; readonly at: number } | undefined;

  async function readHead(signal: AbortSignal | undefined): Promise<RecordedEvent | undefined> {
    const options = { direction: 'backwards', limit: 1, ...(signal ? { signal } : {}) } as const;
    for await (const event of store.read(stream, options)) return event;
    return undefined;
  }

  async function append(type: string, expected: number | 'no_stream', signal: AbortSignal | undefined) {
    const event = { id: randomUUID(), type, data: { holder, ttlMs }, metadata: {} };
    const { revision } = await store.append(stream, [event], { expected, ...(signal ? { signal } : {}) });
    return revision;
  }

  function mayTake(head: RecordedEvent): boolean {
    if (head.type === 'LeaseReleased' || head.data.holder === holder) return true;
    if (seen?.revision !== head.revision) seen = { revision: head.revision, at: now() };
    return now() - seen.at >= Number(head.data.ttlMs);
  }

  async function takeOrRenew(signal: AbortSignal | undefined): Promise<boolean> {
    const head = await readHead(signal);
    if (head && !mayTake(head)) {
      heldUntil = Number.NEGATIVE_INFINITY;
      return false;
    }
    const sentAt = now();
    const revision = await append('LeaseTaken', head?.revision ?? 'no_stream', signal);
    heldUntil = sentAt + ttlMs * (1 - MARGIN);
    if (revision > 0 && revision % TRUNCATE_EVERY === 0) await store.truncate(stream, revision);
    return true;
  }

  return {
    name,
    holder,
    ttlMs,

    async attempt(signal) {
      try {
        return await takeOrRenew(signal);
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error;
        // Another holder was faster, or an append of our own that we had given up waiting for: the next read shows
        // which.
        return takeOrRenew(signal);
      }
    },

    remainingMs: () => Math.max(0, heldUntil - now()),

    async release(signal) {
      heldUntil = Number.NEGATIVE_INFINITY;
      const head = await readHead(signal);
      if (head?.type !== 'LeaseTaken' || head.data.holder !== holder) return;
      await append('LeaseReleased', head.revision, signal).catch((error) => {
        if (!(error instanceof ConcurrencyError)) throw error;
      });
    },
  };
}

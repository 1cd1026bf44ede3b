import { randomUUID } from 'node:crypto';
import type { EventStore } from './event-store.ts';

const STREAM = 'clock';
/** So many events of it are kept at least: others may be about to read theirs. */
const KEPT = 100;
/** How long a clock counts on by itself: a host's counter drifts by less than a second in a day. */
const ASK_EVERY_MS = 600_000;
/** An answer that took longer, ms, says too little: this process may have been frozen meanwhile. */
const PROMPT_MS = 2_000;
/** A store that is so slow each time is taken at its word, for once. */
const MAX_ASKED = 3;

type Store = Pick<EventStore, 'append' | 'read'>;

async function ask(store: Store): Promise<{ readonly at: Date; readonly revision: number }> {
  const event = { id: randomUUID(), type: 'TimeAsked', data: {}, metadata: {} };
  const { revision } = await store.append(STREAM, [event], { expected: 'any' });
  for await (const { recordedAt } of store.read(STREAM, { from: revision, limit: 1, atLeast: revision }))
    return { at: new Date(recordedAt), revision };
  throw new Error(`${STREAM} does not show what was appended to it`);
}

/**
 * The event store's time: when it recorded an event that was appended just now. What is due is told by it alone, so that
 * a process whose clock is wrong, or that was frozen since it asked, takes nothing for older than it is. Forgets the
 * events by which others asked before, which not all of them may.
 */
export async function storeTime(store: Store & Pick<EventStore, 'truncate'>): Promise<Date> {
  const { at, revision } = await ask(store);
  if (revision % KEPT === 0 && revision > KEPT) await store.truncate(STREAM, revision - KEPT);
  return at;
}

/**
 * The event store's time for those who need it often: it is asked for seldom, and counted on from there by a clock that
 * never jumps. So processes agree on it, whatever time their hosts have.
 */
export class StoreClock {
  readonly #store: Store;
  readonly #elapsedMs: () => number;
  #asked: { readonly aheadMs: number; readonly at: number } | undefined;
  #asking: Promise<number> | undefined;

  constructor(store: Store, elapsedMs: () => number = () => performance.now()) {
    this.#store = store;
    this.#elapsedMs = elapsedMs;
  }

  /** Ms since 1970. @throws EventStoreUnavailableError if it has to be asked for, and nobody answers. */
  async now(): Promise<number> {
    const known = this.#asked;
    if (known && this.#elapsedMs() - known.at < ASK_EVERY_MS) return this.#elapsedMs() + known.aheadMs;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const aheadMs = await this.#asking;
    return this.#elapsedMs() + aheadMs;
  }

  /** How far the store's time is ahead of the own counter. */
  async #ask(): Promise<number> {
    for (let asked = 1; ; asked++) {
      const sentAt = this.#elapsedMs();
      const { at } = await ask(this.#store);
      const heardAt = this.#elapsedMs();
      const aheadMs = at.getTime() - heardAt;
      const prompt = heardAt - sentAt <= PROMPT_MS;
      if (prompt) this.#asked = { aheadMs, at: heardAt };
      if (prompt || asked === MAX_ASKED) return aheadMs;
    }
  }
}

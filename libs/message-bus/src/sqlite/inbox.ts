import type { Delivery } from '../message-bus.ts';
import { Backlog, type Pending } from './backlog.ts';
import { type BusStore, POLL_MS } from './store.ts';

/** A stuck key holds its followers in memory (some 100 bytes each); past this many the group reads no further. */
const MAX_BACKLOG = 50_000;
const SAVE_AFTER_MS = 5;

/** A message in flight, and its content. */
export interface Taken {
  readonly pending: Pending;
  readonly delivery: Delivery;
}

/**
 * What a group has yet to do, read from its topic, and what it has done, which is saved in batches some milliseconds
 * later: a crash in between means a redelivery, which at-least-once allows.
 */
export class Inbox {
  readonly #store: BusStore;
  readonly #topic: string;
  readonly #attempt: (work: () => void) => boolean;
  readonly #groupId: number;
  readonly #backlog: Backlog;
  #saving: NodeJS.Timeout | undefined;

  /** `attempt` runs a write that may fail in the background, and returns whether it did not. */
  constructor(store: BusStore, topic: string, group: string, attempt: (work: () => void) => boolean) {
    const { groupId, cursor, done } = store.loadProgress(topic, group);
    this.#store = store;
    this.#topic = topic;
    this.#attempt = attempt;
    this.#groupId = groupId;
    this.#backlog = new Backlog(cursor, done);
  }

  /**
   * The next message whose key is free; undefined if there is none. `readOn` is called if only this page of the topic
   * had none: the database is synchronous, so the next page is left to another turn of the event loop.
   */
  take(readOn: () => void): Taken | undefined {
    for (let pending = this.#next(readOn); pending; pending = this.#next(readOn)) {
      const delivery = this.#load(pending);
      if (delivery) return { pending, delivery };
      this.finish(pending);
    }
    return undefined;
  }

  /** How many messages of a later release wait. */
  get laterRelease(): number {
    return this.#backlog.laterRelease;
  }

  /** The message is to be taken again. */
  release(pending: Pending): void {
    this.#backlog.release(pending);
  }

  finish(pending: Pending): void {
    this.#backlog.finish(pending);
    this.#saveIn(SAVE_AFTER_MS);
  }

  /** Moves the message to the dead-letter topic, or drops it if there is none. */
  giveUp({ pending, delivery }: Taken, error: unknown, deadLetterTopic: string | undefined): void {
    if (deadLetterTopic !== undefined) {
      this.#store.deadLetter(this.#groupId, pending.offset, deadLetterTopic, delivery, error);
    }
    this.finish(pending);
  }

  /** Saves what is done. */
  save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    const { cursor, done } = this.#backlog.progress();
    this.#store.saveProgress(this.#groupId, cursor, done);
    this.#backlog.markSaved();
  }

  #next(readOn: () => void): Pending | undefined {
    const waiting = this.#backlog.take();
    if (waiting || this.#backlog.size >= MAX_BACKLOG) return waiting;
    const entries = this.#store.topics.entries(this.#topic, this.#backlog.readUpTo);
    this.#backlog.add(entries);
    const next = this.#backlog.take();
    if (!next && entries.length > 0) readOn();
    return next;
  }

  /** The content, undefined if it was compacted or trimmed away meanwhile. */
  #load(pending: Pending): Delivery | undefined {
    try {
      const { offset, deliveries, failures } = pending;
      return this.#store.topics.get(this.#topic, offset, { redelivered: deliveries, failures });
    } catch (error) {
      this.release(pending);
      throw error;
    }
  }

  #saveIn(ms: number): void {
    this.#saving ??= setTimeout(() => {
      if (!this.#attempt(() => this.save())) this.#saveIn(POLL_MS);
    }, ms);
  }
}

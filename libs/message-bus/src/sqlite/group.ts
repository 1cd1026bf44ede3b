import type { Wakeup } from '@inkstream/sqlite';
import { PoisonMessageError } from '../errors.ts';
import type { ConsumeOptions, Delivery } from '../message-bus.ts';
import { Backlog } from './backlog.ts';
import { Member } from './member.ts';
import { type BusStore, type Log, POLL_MS } from './store.ts';
import type { Entry } from './topic-log.ts';

/** A stuck key holds its followers in memory (some 100 bytes each); past this many the group reads no further. */
const MAX_BACKLOG = 50_000;
const SAVE_AFTER_MS = 5;
const DEFAULT_MAX_DELIVERIES = 10;
const DEFAULT_BACKOFF_MS = { first: 200, max: 30_000 };

interface Attempts {
  readonly deliveries: number;
  /** Those that count against `maxDeliveries`. */
  readonly failures: number;
}

export interface GroupOptions {
  readonly topic: string;
  readonly group: string;
  readonly store: BusStore;
  readonly published: Wakeup;
  readonly log: Log | undefined;
  readonly onEmpty: () => void;
}

/**
 * Deals the messages of a topic to the consumers of one group. What is done is written down in batches some
 * milliseconds later: a crash in between means a redelivery, which at-least-once allows.
 */
export class Group {
  readonly #options: GroupOptions;
  readonly #groupId: number;
  readonly #backlog: Backlog;
  readonly #members = new Set<Member>();
  readonly #attempts = new Map<number, Attempts>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #stop = new AbortController();
  #scheduled = false;
  #saveTimer: NodeJS.Timeout | undefined;

  constructor(options: GroupOptions) {
    this.#options = options;
    const { groupId, cursor, done } = options.store.loadProgress(options.topic, options.group);
    this.#groupId = groupId;
    this.#backlog = new Backlog(cursor, done);
    void this.#watch();
  }

  join(options: ConsumeOptions): Member {
    const member = new Member(options, {
      wake: () => this.#schedule(),
      giveBack: (entry) => this.#release(entry),
      leave: (left) => this.#leave(left),
    });
    this.#members.add(member);
    this.#schedule();
    return member;
  }

  /** Writes down what is done. */
  save(): void {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    const { cursor, done } = this.#backlog.progress();
    this.#options.store.saveProgress(this.#groupId, cursor, done);
    this.#backlog.markSaved();
  }

  async close(options?: { graceMs?: number }): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.close(options)));
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#options.published.wait(POLL_MS, this.#stop.signal);
      this.#pump();
    }
  }

  /** Not in a microtask: handlers that never really wait would keep everything else from running. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#stop.signal.aborted) return;
    this.#attempt(() => {
      for (let member = this.#idlest(); member; member = this.#idlest()) {
        const entry = this.#next();
        if (!entry) return;
        this.#deal(member, entry);
      }
    });
  }

  #idlest(): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) if (member.capacity > (best?.capacity ?? 0)) best = member;
    return best;
  }

  #next(): Entry | undefined {
    const { store, topic } = this.#options;
    const waiting = this.#backlog.take();
    if (waiting || this.#backlog.size >= MAX_BACKLOG) return waiting;
    const entries = store.topics.entries(topic, this.#backlog.readUpTo);
    this.#backlog.add(entries);
    const next = this.#backlog.take();
    // All of them wait for their keys: read on, but in the next turn.
    if (!next && entries.length > 0) this.#schedule();
    return next;
  }

  #deal(member: Member, entry: Entry): void {
    const { store, topic } = this.#options;
    const { deliveries = 0 } = this.#attempts.get(entry.offset) ?? {};
    let delivery: Delivery | undefined;
    try {
      delivery = store.topics.get(topic, entry.offset, deliveries);
    } catch (error) {
      this.#backlog.release(entry);
      throw error;
    }
    if (delivery) void this.#handle(member, entry, delivery);
    else this.#finish(entry);
  }

  async #handle(member: Member, entry: Entry, delivery: Delivery): Promise<void> {
    member.take(entry);
    let failure: { error: unknown } | undefined;
    try {
      await member.options.handler(delivery, member.signal);
    } catch (error) {
      failure = { error };
    }
    if (!member.drop(entry)) return;
    if (!failure) this.#finish(entry);
    else if (member.signal.aborted) this.#release(entry);
    else this.#fail(member.options, entry, delivery, failure.error);
    this.#schedule();
  }

  #finish(entry: Entry): void {
    this.#backlog.finish(entry);
    this.#attempts.delete(entry.offset);
    this.#saveTimer ??= setTimeout(() => this.#attempt(() => this.save()), SAVE_AFTER_MS);
  }

  #release(entry: Entry): void {
    this.#backlog.release(entry);
    this.#schedule();
  }

  #fail(options: ConsumeOptions, entry: Entry, delivery: Delivery, error: unknown): void {
    const { maxDeliveries = DEFAULT_MAX_DELIVERIES, backoffMs = DEFAULT_BACKOFF_MS } = options;
    const before = this.#attempts.get(entry.offset) ?? { deliveries: 0, failures: 0 };
    const attempts = {
      deliveries: before.deliveries + 1,
      failures: before.failures + (isTransient(error) ? 0 : 1),
    };
    this.#attempts.set(entry.offset, attempts);
    const hopeless = error instanceof PoisonMessageError || attempts.failures >= maxDeliveries;
    if (hopeless && this.#bury(options.deadLetterTopic, entry, delivery, error)) return;

    const delay = Math.min(backoffMs.max, backoffMs.first * 2 ** (attempts.deliveries - 1));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#release(entry);
    }, delay);
    this.#timers.add(timer);
  }

  /** Moves the message to the dead letters, in one transaction; false where the engine failed at it. */
  #bury(deadLetterTopic: string | undefined, entry: Entry, delivery: Delivery, error: unknown): boolean {
    const { topic, group, log, store } = this.#options;
    log?.error({ topic, group, offset: delivery.offset, deadLetterTopic, err: error }, 'Message given up');
    return this.#attempt(() => {
      if (deadLetterTopic !== undefined) {
        store.bury(this.#groupId, entry.offset, deadLetterTopic, delivery, error);
      }
      this.#finish(entry);
    });
  }

  #leave(member: Member): void {
    this.#members.delete(member);
    if (this.#members.size > 0) {
      this.#schedule();
      return;
    }
    this.#stop.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#attempt(() => this.save());
    this.#options.onEmpty();
  }

  /** A fault of the engine is logged, and the next poll tries again. */
  #attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (err) {
      const { topic, group, log } = this.#options;
      log?.error({ topic, group, err }, 'The message bus file does not answer');
      return false;
    }
  }
}

function isTransient(error: unknown): boolean {
  return error instanceof Error && 'transient' in error && error.transient === true;
}

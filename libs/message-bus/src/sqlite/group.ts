import type { Wakeup } from '@inkstream/sqlite';
import { LaterReleaseLog } from '../delivery/later-release.ts';
import { redeliverAfter } from '../delivery/retry.ts';
import type { BusStatus, ConsumeOptions } from '../message-bus.ts';
import type { Pending } from './backlog.ts';
import { Inbox, type Taken } from './inbox.ts';
import { Member } from './member.ts';
import { type BusStore, type Log, POLL_MS } from './store.ts';

export interface GroupContext {
  readonly topic: string;
  readonly group: string;
  readonly store: BusStore;
  readonly published: Wakeup;
  readonly log: Log | undefined;
  /** A message went to the dead letters. */
  readonly onDeadLetter: (error: unknown) => void;
  /** The last member left. */
  readonly onEmpty: () => void;
}

/** Distributes the messages of a topic among the consumers of one group. */
export class Group {
  readonly #context: GroupContext;
  readonly #inbox: Inbox;
  readonly #members = new Set<Member>();
  readonly #retries = new Set<NodeJS.Timeout>();
  readonly #stop = new AbortController();
  readonly #laterRelease: LaterReleaseLog;
  #scheduled = false;

  constructor(context: GroupContext) {
    this.#context = context;
    this.#laterRelease = new LaterReleaseLog(context.log, context);
    this.#inbox = new Inbox(context.store, context.topic, context.group, (work) => this.#attempt(work));
    void this.#watch();
  }

  join(options: ConsumeOptions): Member {
    const member = new Member(options, {
      wake: () => this.#schedule(),
      leave: (left, unfinished) => this.#leave(left, unfinished),
    });
    this.#members.add(member);
    this.#schedule();
    return member;
  }

  /** How many messages of a later release wait, and for whom. */
  get laterRelease(): BusStatus['laterRelease'][number] {
    const { topic, group } = this.#context;
    return { topic, group, waiting: this.#inbox.laterRelease };
  }

  /** Saves what is done. */
  save(): void {
    this.#inbox.save();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.close()));
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#context.published.wait(POLL_MS, this.#stop.signal);
      this.#schedule();
    }
  }

  /** Not in a microtask: handlers that never really wait would keep everything else from running. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#deal();
    });
  }

  /** Hands out what can be handed out now; if the database fails, the next poll retries. */
  #deal(): void {
    this.#attempt(() => {
      for (let member = this.#idlest(); member; member = this.#idlest()) {
        const taken = this.#inbox.take(() => this.#schedule());
        if (!taken) return;
        void this.#handle(member, taken);
      }
    });
  }

  #idlest(): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) if (member.capacity > (best?.capacity ?? 0)) best = member;
    return best;
  }

  async #handle(member: Member, taken: Taken): Promise<void> {
    const { pending, delivery } = taken;
    member.take(pending);
    pending.deliveries++;
    let failure: { error: unknown } | undefined;
    try {
      await member.options.handler(delivery, member.signal);
    } catch (error) {
      failure = { error };
    }
    if (!member.drop(pending)) return;
    if (!failure) this.#inbox.finish(pending);
    else if (member.signal.aborted) this.#inbox.release(pending);
    else this.#fail(member.options, taken, failure.error);
    this.#schedule();
  }

  #fail(options: ConsumeOptions, taken: Taken, error: unknown): void {
    const delay = redeliverAfter(taken.pending, error, options);
    this.#laterRelease.note(error, taken.delivery.offset);
    if (delay === undefined && this.#giveUp(taken, error, options.deadLetterTopic)) return;
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.#inbox.release(taken.pending);
      this.#schedule();
    }, delay ?? POLL_MS);
    this.#retries.add(retry);
  }

  /** False if the database failed. */
  #giveUp(taken: Taken, error: unknown, deadLetterTopic: string | undefined): boolean {
    const { topic, group, log } = this.#context;
    const { offset } = taken.delivery;
    log?.error({ topic, group, offset, deadLetterTopic, err: error }, 'Message given up');
    const done = this.#attempt(() => this.#inbox.giveUp(taken, error, deadLetterTopic));
    if (done && deadLetterTopic !== undefined) this.#context.onDeadLetter(error);
    return done;
  }

  #leave(member: Member, unfinished: readonly Pending[]): void {
    this.#members.delete(member);
    for (const pending of unfinished) this.#inbox.release(pending);
    if (this.#members.size > 0) {
      this.#schedule();
      return;
    }
    this.#stop.abort();
    for (const retry of this.#retries) clearTimeout(retry);
    this.#attempt(() => this.#inbox.save());
    this.#context.onEmpty();
  }

  /** Logs a fault of the database, and returns whether there was none. */
  #attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (err) {
      const { topic, group, log } = this.#context;
      log?.error({ topic, group, err }, 'The message bus file does not answer');
      return false;
    }
  }
}

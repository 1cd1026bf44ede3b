import { deadLetter } from '../delivery/dead-letter.ts';
import { DEFAULT_GRACE_MS } from '../delivery/grace.ts';
import type { BusStatus, ConsumeOptions, Consumer, Message } from '../message-bus.ts';
import { Assignment } from './assignment.ts';
import { Committer } from './committer.ts';
import { Handling } from './handling.ts';
import type { Committed } from './partition.ts';
import { Session, type SessionOptions } from './session.ts';

/** How many messages may wait, ready to be handled, before fetching stops. */
const MAX_READY = 2_000;
/** The same for all that are not finished, those behind a stuck key too. */
const MAX_UNFINISHED = 20_000;
const MAX_UNFINISHED_BYTES = 64 * 1024 * 1024;

export interface GroupConsumerHost
  extends Pick<SessionOptions, 'createClient' | 'sessionTimeoutMs' | 'silenceMs' | 'onSilence' | 'log'> {
  /** The committed offsets of the group, by partition. */
  fetchCommitted(): Promise<Map<number, Committed>>;
  publish(topic: string, message: Message): Promise<void>;
  /** A message went to the dead letters. */
  onDeadLetter(error: unknown): void;
  onClose(consumer: GroupConsumer): void;
  now(): Date;
}

/**
 * One consumer of a group. Messages wait in memory until their key and a slot are free. Fetching goes on past those
 * that are stuck, until 20,000 messages or 64 MB are not finished: from then on only what is finished makes room for
 * more.
 */
export class GroupConsumer implements Consumer {
  readonly #options: ConsumeOptions;
  readonly #host: GroupConsumerHost;
  readonly #assignment: Assignment;
  readonly #handling: Handling;
  readonly #committer: Committer;
  #session: Session | undefined;
  #paused = false;
  #rebalancing = false;
  #scheduled = false;
  #closing: Promise<void> | undefined;

  private constructor(options: ConsumeOptions, host: GroupConsumerHost) {
    this.#options = options;
    this.#host = host;
    this.#handling = new Handling(options, {
      log: host.log,
      async deadLetter(topic, delivery, error) {
        await host.publish(topic, deadLetter(delivery, error, host.now()));
        host.onDeadLetter(error);
      },
      onProgress: () => this.#onProgress(),
    });
    this.#assignment = new Assignment({
      fetchCommitted: () => host.fetchCommitted(),
      seek: (partition, offset) => this.#session?.seek(partition, offset),
      onLost: (partition) => this.#handling.lose(partition),
    });
    this.#committer = new Committer(
      this.#assignment,
      async (places) => this.#session?.commit(places),
      host.log,
    );
  }

  /** @throws MessageBusUnavailableError if the group can't be joined now. */
  static async open(options: ConsumeOptions, host: GroupConsumerHost): Promise<GroupConsumer> {
    const consumer = new GroupConsumer(options, host);
    await consumer.#join();
    return consumer;
  }

  /** The partitions that are this consumer's now. */
  get partitions(): number[] {
    return this.#assignment.assigned;
  }

  /** How many messages of a later release wait, and for whom. */
  get laterRelease(): BusStatus['laterRelease'][number] {
    const { topic, group } = this.#options;
    let waiting = 0;
    for (const partition of this.#assignment.partitions) waiting += partition.laterRelease;
    return { topic, group, waiting };
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#schedule();
  }

  close({ graceMs = DEFAULT_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    await this.#handling.close(graceMs);
    this.#committer.stop();
    if (!(await this.#committer.now()) && !(await this.#committer.now())) {
      const { topic, group } = this.#options;
      this.#host.log?.warn(
        { topic, group },
        'What was finished last could not be committed, and will be redelivered',
      );
    }
    await this.#session?.close();
    this.#host.onClose(this);
  }

  async #join(): Promise<void> {
    const { topic, group } = this.#options;
    await Session.open({
      ...this.#host,
      topic,
      group,
      owned: () => this.#assignment.assigned,
      onRebalance: () => this.#onRebalance(),
      onAssigned: (session, partitions) => this.#onAssigned(session, partitions),
      onBatch: async (partition, messages, isStale) => {
        const taken = await this.#assignment.add(partition, messages, isStale);
        this.#onProgress();
        return taken;
      },
    });
  }

  #onRebalance(): void {
    this.#rebalancing = true;
    void this.#committer.now();
  }

  #onAssigned(session: Session, partitions: readonly number[]): void {
    this.#session = session;
    this.#rebalancing = false;
    this.#assignment.assign(partitions);
    this.#onProgress();
  }

  #onProgress(): void {
    this.#committer.schedule();
    this.#schedule();
  }

  /** Not in a microtask: handlers that never really wait would keep everything else from running. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#deal();
      this.#limit();
    });
  }

  /** Hands out what can be handed out now. What a rebalance may revoke is left to whoever gets it. */
  #deal(): void {
    while (!this.#paused && !this.#rebalancing && this.#handling.capacity > 0) {
      const work = this.#assignment.take();
      if (!work) return;
      void this.#handling.handle(work);
    }
  }

  /** Stops fetching while enough messages are waiting. */
  #limit(): void {
    let [ready, unfinished, bytes] = [0, 0, 0];
    for (const partition of this.#assignment.partitions) {
      ready += partition.ready;
      unfinished += partition.size;
      bytes += partition.bytes;
    }
    const full = Math.max(ready / MAX_READY, unfinished / MAX_UNFINISHED, bytes / MAX_UNFINISHED_BYTES);
    if (full >= 1) this.#session?.pause();
    else if (full < 0.5) this.#session?.resume();
  }
}

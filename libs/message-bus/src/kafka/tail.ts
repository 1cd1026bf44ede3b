import { DEFAULT_GRACE_MS, doneWithin } from '../delivery/grace.ts';
import type { Consumer, Delivery, TailOptions } from '../message-bus.ts';
import { type Received, toDelivery, toReceived } from './partition.ts';
import { Session, type SessionOptions } from './session.ts';

/** How many messages may wait before fetching stops. */
const MAX_WAITING = 2_000;

/** No message of a tail was delivered before. */
const NEVER = { deliveries: 0, failures: 0 };

export interface TailHost
  extends Pick<
    SessionOptions,
    'createClient' | 'sessionTimeoutMs' | 'silenceMs' | 'onSilence' | 'log' | 'group'
  > {
  /** Where to begin, by partition; one that is missing begins at its start. */
  readonly from: ReadonlyMap<number, number>;
  onClose(tail: Tail): Promise<void>;
}

/** Reads a topic for one handler. It is the only member of a group of its own, which commits nothing. */
export class Tail implements Consumer {
  readonly #options: TailOptions;
  readonly #host: TailHost;
  /** The offsets to read on from. */
  readonly #next: Map<number, number>;
  readonly #waiting: Delivery[] = [];
  #session: Session | undefined;
  #running: Promise<void> | undefined;
  #paused = false;
  #closing: Promise<void> | undefined;

  private constructor(options: TailOptions, host: TailHost) {
    this.#options = options;
    this.#host = host;
    this.#next = new Map(host.from);
  }

  /** @throws MessageBusUnavailableError if the brokers do not accept it now. */
  static async open(options: TailOptions, host: TailHost): Promise<Tail> {
    const tail = new Tail(options, host);
    await Session.open({
      ...host,
      topic: options.topic,
      owned: () => [],
      onRebalance: () => {},
      onAssigned: (session, partitions) => {
        tail.#session = session;
        for (const partition of partitions) session.seek(partition, tail.#next.get(partition) ?? 0);
      },
      onBatch: async (partition, messages, isStale) => {
        if (isStale()) return false;
        tail.#add(partition, messages.map(toReceived));
        return true;
      },
    });
    return tail;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#run();
  }

  close({ graceMs = DEFAULT_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    await doneWithin(this.#running ?? Promise.resolve(), graceMs);
    await this.#session?.close();
    await this.#host.onClose(this);
  }

  #add(partition: number, messages: readonly Received[]): void {
    for (const message of messages) {
      if (message.offset < (this.#next.get(partition) ?? 0)) continue;
      this.#next.set(partition, message.offset + 1);
      this.#waiting.push(toDelivery(this.#options.topic, partition, message, NEVER));
    }
    if (this.#waiting.length >= MAX_WAITING) this.#session?.pause();
    this.#run();
  }

  #run(): void {
    this.#running ??= this.#handleAll().finally(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0 && !this.#paused && !this.#closing) this.#run();
    });
  }

  async #handleAll(): Promise<void> {
    let handled = 0;
    for (const message of this.#waiting) {
      if (this.#paused || this.#closing) break;
      handled++;
      await this.#handle(message);
    }
    this.#waiting.splice(0, handled);
    if (this.#waiting.length < MAX_WAITING / 2) this.#session?.resume();
  }

  async #handle(delivery: Delivery): Promise<void> {
    try {
      await this.#options.handler(delivery);
    } catch (err) {
      const { topic, offset } = delivery;
      this.#host.log?.error({ topic, offset, err }, 'A tail failed at a message');
    }
  }
}

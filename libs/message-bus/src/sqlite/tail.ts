import { setImmediate } from 'node:timers/promises';
import type { Wakeup } from '@inkstream/sqlite';
import { DEFAULT_GRACE_MS, doneWithin } from '../delivery/grace.ts';
import type { Consumer, Delivery, TailOptions } from '../message-bus.ts';
import { type Log, POLL_MS } from './store.ts';
import type { TopicLog } from './topic-log.ts';

export interface TailContext {
  readonly topics: TopicLog;
  readonly published: Wakeup;
  readonly log: Log | undefined;
  readonly onClose: (tail: Tail) => void;
}

/** Reads a topic for one handler, without a group and without saved progress. */
export class Tail implements Consumer {
  readonly #options: TailOptions;
  readonly #context: TailContext;
  readonly #abort = new AbortController();
  readonly #loop: Promise<void>;
  #after: number;
  #paused = false;

  constructor(options: TailOptions, context: TailContext) {
    this.#options = options;
    this.#context = context;
    this.#after = options.from === 'beginning' ? 0 : context.topics.end();
    this.#loop = this.#run();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#context.published.notify();
  }

  async close({ graceMs = DEFAULT_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#abort.abort();
    await doneWithin(this.#loop, graceMs);
    this.#context.onClose(this);
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const page = this.#page();
      for (const delivery of page) {
        if (signal.aborted || this.#paused) break;
        await this.#handle(delivery);
        this.#after = Number(delivery.offset);
      }
      if (page.length === 0 || this.#paused) await this.#context.published.wait(POLL_MS, signal);
      else await setImmediate();
    }
  }

  #page(): Delivery[] {
    if (this.#paused) return [];
    try {
      return this.#context.topics.page(this.#options.topic, this.#after);
    } catch (err) {
      this.#context.log?.error({ topic: this.#options.topic, err }, 'The message bus file does not answer');
      return [];
    }
  }

  async #handle(delivery: Delivery): Promise<void> {
    try {
      await this.#options.handler(delivery);
    } catch (err) {
      const { topic, offset } = delivery;
      this.#context.log?.error({ topic, offset, err }, 'A tail failed at a message');
    }
  }
}

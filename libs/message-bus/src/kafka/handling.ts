import { doneWithin, HAND_BACK_MS } from '../delivery/grace.ts';
import { LaterReleaseLog } from '../delivery/later-release.ts';
import { redeliverAfter } from '../delivery/retry.ts';
import { DeliveryRevokedError } from '../errors.ts';
import type { ConsumeOptions, Delivery } from '../message-bus.ts';
import type { Work } from './assignment.ts';
import type { Log } from './log.ts';
import { type Partition, toDelivery } from './partition.ts';

/** How long to wait before a message that could not be dead-lettered is retried. */
const UNBURIED_MS = 1_000;

export interface HandlingOptions {
  readonly log: Log | undefined;
  /** Writes the message to the dead letters. */
  deadLetter(deadLetterTopic: string, delivery: Delivery, error: unknown): Promise<void>;
  /** A slot is free, or a message is to be taken again. */
  onProgress(): void;
}

/** Passes messages to a handler, and redelivers them if it rejects. */
export class Handling {
  readonly #options: ConsumeOptions;
  readonly #host: HandlingOptions;
  readonly #inFlight = new Map<Work, AbortController>();
  readonly #retries = new Map<NodeJS.Timeout, Partition>();
  readonly #emptied = Promise.withResolvers<void>();
  readonly #laterRelease: LaterReleaseLog;
  #closing = false;

  constructor(options: ConsumeOptions, host: HandlingOptions) {
    this.#options = options;
    this.#host = host;
    this.#laterRelease = new LaterReleaseLog(host.log, options);
  }

  /** How many more messages it can take now. */
  get capacity(): number {
    return this.#closing ? 0 : this.#options.concurrency - this.#inFlight.size;
  }

  async handle(work: Work): Promise<void> {
    const { partition, pending } = work;
    const abort = new AbortController();
    this.#inFlight.set(work, abort);
    const delivery = toDelivery(this.#options.topic, partition.id, pending, pending);
    pending.deliveries++;
    const after = await this.#attempt(work, delivery, abort.signal);
    if (!this.#inFlight.delete(work)) return;
    if (this.#inFlight.size === 0 && this.#closing) this.#emptied.resolve();
    if (after === undefined) partition.finish(pending);
    else if (after === 0) partition.release(pending);
    else this.#releaseIn(after, work);
    this.#host.onProgress();
  }

  /** What is in flight of the partition is another consumer's now. */
  lose(partition: Partition): void {
    for (const [work, abort] of this.#inFlight) {
      if (work.partition !== partition) continue;
      this.#inFlight.delete(work);
      abort.abort(new DeliveryRevokedError('reassigned'));
    }
    for (const [retry, of] of this.#retries) {
      if (of !== partition) continue;
      clearTimeout(retry);
      this.#retries.delete(retry);
    }
  }

  /** Takes no more, waits this long for what is in flight, and aborts the rest. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    for (const retry of this.#retries.keys()) clearTimeout(retry);
    this.#retries.clear();
    if (this.#inFlight.size > 0 && !(await doneWithin(this.#emptied.promise, graceMs))) {
      for (const abort of this.#inFlight.values()) abort.abort(new DeliveryRevokedError('closing'));
      // For the handlers that react to the signal; the others are not waited for.
      await doneWithin(this.#emptied.promise, HAND_BACK_MS);
    }
    this.#inFlight.clear();
  }

  /** In how many ms the message is to be redelivered; undefined if it is done. */
  async #attempt(work: Work, delivery: Delivery, signal: AbortSignal): Promise<number | undefined> {
    try {
      await this.#options.handler(delivery, signal);
      return undefined;
    } catch (error) {
      if (signal.aborted) return 0;
      this.#laterRelease.note(error, delivery.offset);
      return redeliverAfter(work.pending, error, this.#options) ?? (await this.#giveUp(delivery, error));
    }
  }

  async #giveUp(delivery: Delivery, err: unknown): Promise<number | undefined> {
    const { topic, group, deadLetterTopic } = this.#options;
    const { offset } = delivery;
    this.#host.log?.error({ topic, group, offset, deadLetterTopic, err }, 'Message given up');
    if (deadLetterTopic === undefined) return undefined;
    try {
      await this.#host.deadLetter(deadLetterTopic, delivery, err);
      return undefined;
    } catch (err) {
      this.#host.log?.error({ topic, group, offset, deadLetterTopic, err }, 'It could not be dead-lettered');
      return UNBURIED_MS;
    }
  }

  #releaseIn(ms: number, { partition, pending }: Work): void {
    if (this.#closing) return;
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      partition.release(pending);
      this.#host.onProgress();
    }, ms);
    this.#retries.set(retry, partition);
  }
}

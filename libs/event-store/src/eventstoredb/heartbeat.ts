import { randomUUID } from 'node:crypto';
import { EventStoreUnavailableError } from '../errors.ts';
import type { Position } from '../event-store.ts';
import type { Appender } from './appender.ts';
import { formatPosition } from './position.ts';
import type { ReadPage } from './stream-reader.ts';
import { keepLastEvent } from './truncation.ts';
import { withTimeout } from './with-timeout.ts';

/** One stream for all clients of the server. Subscriptions receive it whatever their prefix, and never return it. */
export const HEARTBEAT_STREAM = 'heartbeat';
/** How long, in ms, a beat that succeeded is proof that appends succeed. */
const FRESH_MS = 1_000;
const PING_LIMIT_MS = 5_000;
/** The part of the interval by which each process is early or late, so that one of them sends for all. */
const JITTER = 0.2;

export interface HeartbeatOptions {
  readonly appender: Appender;
  readonly readPage: ReadPage;
  /** How often there is a beat while there are subscriptions, in ms. */
  readonly everyMs: number;
  readonly log?: { warn(details: object, message: string): void } | undefined;
  readonly random?: () => number;
}

/**
 * A small event that is appended as all others are: if it is acknowledged, appends succeed, and if a subscription
 * receives it, that subscription is not cut off. Some process sends one every few seconds; those that receive it need
 * not.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #closing = new AbortController();
  #listeners = 0;
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<Position> | undefined;
  #next: Promise<Position> | undefined;
  #succeededAt = Number.NEGATIVE_INFINITY;
  #limiting: Promise<void> | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Appends a beat after this call, and returns its position. Calls that come together share one. */
  beat(): Promise<Position> {
    if (!this.#current) return this.#start();
    this.#next ??= this.#current.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  /** @throws what an append throws that does not succeed now, or takes more than some seconds. */
  async ping(signal: AbortSignal | undefined): Promise<void> {
    if (performance.now() - this.#succeededAt < FRESH_MS) return;
    await withTimeout(PING_LIMIT_MS, signal, () => this.#current ?? this.#start());
  }

  /** Sends heartbeats from now on, until the function that it returns is called. */
  listen(): () => void {
    if (this.#listeners++ === 0) this.heard();
    return () => {
      if (--this.#listeners === 0) clearTimeout(this.#timer);
    };
  }

  /** A subscription received a beat, whoever sent it: the next one is due a whole interval later. */
  heard(): void {
    const { everyMs, random = Math.random } = this.#options;
    clearTimeout(this.#timer);
    if (this.#listeners === 0) return;
    const due = () => {
      // Subscriptions notice one that fails.
      this.beat().catch(() => {});
      this.heard();
    };
    this.#timer = setTimeout(due, everyMs * (1 - JITTER + 2 * JITTER * random())).unref();
  }

  /** Cancels what is under way. */
  close(): void {
    clearTimeout(this.#timer);
    this.#closing.abort(new EventStoreUnavailableError('The event store is closed'));
  }

  async #start(): Promise<Position> {
    this.#next = undefined;
    this.#current = this.#append();
    try {
      return await this.#current;
    } finally {
      this.#current = undefined;
    }
  }

  async #append(): Promise<Position> {
    const { appender } = this.#options;
    const { position } = await appender.append({
      stream: HEARTBEAT_STREAM,
      events: [{ id: randomUUID(), type: 'Heartbeat', data: '{}', metadata: '{}' }],
      expectedRevision: 'any',
      signal: this.#closing.signal,
    });
    this.#succeededAt = performance.now();
    this.#limiting ??= this.#limitStream();
    if (position === undefined) throw new Error('The server returned no position for an append');
    return formatPosition(position);
  }

  /** Once for each store that is opened, and in the background: the heartbeats matter more. */
  async #limitStream(): Promise<void> {
    try {
      await keepLastEvent(this.#options, HEARTBEAT_STREAM);
    } catch (err) {
      if (this.#closing.signal.aborted) return;
      this.#options.log?.warn(
        { err, stream: HEARTBEAT_STREAM },
        'Old heartbeats stay: the stream cannot be limited to the last',
      );
    }
  }
}

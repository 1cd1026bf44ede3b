import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendResult, EventStoreDBClient } from '@eventstore/db-client';
import {
  DeadlineExceededError,
  jsonEvent,
  TimeoutError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { bytesOf } from '../encode-events.ts';
import { EventStoreUnavailableError, InvalidAppendError } from '../errors.ts';
import { BatchAppends, takesBatches } from './batch-appends.ts';
import type { AppendRequest } from './batch-messages.ts';
import { toFault } from './faults.ts';
import type { OpenClient } from './renewable-client.ts';
import { KeyedOrder, type Limits, Semaphore } from './semaphore.ts';
import { withTimeout } from './with-timeout.ts';

/** How much may be under way at once, by number and bytes of JSON: until a connection has answered, and afterwards. */
const ALONE: Limits = { count: 1, size: 0 };
const IN_BATCHES: Limits = { count: 1_000, size: 4 * 1_048_576 };
/** Each has an HTTP/2 stream, of which a server allows 100 on a connection, reads included. */
const CLASSIC: Limits = { count: 64, size: 4 * 1_048_576 };
const DISPOSE_LIMIT_MS = 1_000;
/** The wait before an append that timed out at the server is sent again, in ms. */
const REPEAT_AFTER_MS = 50;

export interface Append extends AppendRequest {
  readonly signal?: AbortSignal | undefined;
}

interface Connection {
  readonly client: EventStoreDBClient;
  readonly batches: BatchAppends;
  /** When the server last answered an append, in ms; undefined on a fresh connection. */
  answeredAt?: number;
}

/**
 * Appends in the order of the calls, each within a time limit. The first append of a connection goes alone, and
 * finds out whether the server takes batches. In classic mode appends may overtake each other, so one that expects a
 * revision waits for those to its stream that came before it. A client that leaves appends without an answer is
 * replaced: it keeps what it once learned of the server, even a failure, for its whole life.
 */
export class Appender {
  readonly #open: OpenClient;
  readonly #limitMs: number;
  readonly #semaphore = new Semaphore(ALONE);
  readonly #order = new KeyedOrder();
  #connected = 0;
  #connection: Connection | undefined;
  #closed = false;
  #disposal = Promise.resolve();

  constructor(open: OpenClient, limitMs: number) {
    this.#open = open;
    this.#limitMs = limitMs;
  }

  /** @throws what the client throws, or `EventStoreUnavailableError` if no answer comes in time. */
  async append(append: Append): Promise<AppendResult> {
    if (this.#closed) throw new EventStoreUnavailableError('The event store is closed');
    const giveUpAt = performance.now() + this.#limitMs;
    const send = (earlier: Promise<unknown>) => this.#sendUntilAnswered(append, earlier, giveUpAt);
    return this.#semaphore.run(bytesOf(append.events), () => this.#order.run(append.stream, send));
  }

  /** Waits for the appends that are under way, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#semaphore.idle();
    if (this.#connection) this.#replace(this.#connection);
    await this.#disposal;
  }

  /**
   * A repetition that arrives while the first is not committed yet gets no answer but the server's timeout, after which
   * the same append shows what became of it.
   */
  async #sendUntilAnswered(
    append: Append,
    earlier: Promise<unknown>,
    giveUpAt: number,
  ): Promise<AppendResult> {
    for (;;) {
      try {
        return await this.#send(append, earlier, giveUpAt);
      } catch (error) {
        if (!isServersTimeout(error) || performance.now() + REPEAT_AFTER_MS >= giveUpAt) throw error;
        await sleep(REPEAT_AFTER_MS);
      }
    }
  }

  async #send(append: Append, earlier: Promise<unknown>, giveUpAt: number): Promise<AppendResult> {
    await this.#disposal;
    this.#connection ??= this.#connect();
    const connection = this.#connection;
    const { signal } = append;
    const sentAt = performance.now();
    if (sentAt >= giveUpAt) throw new EventStoreUnavailableError('EventStoreDB is too slow for all appends');
    const attempt = randomUUID();
    let limits = IN_BATCHES;
    const answer = async () => {
      if (await takesBatches(connection.client)) return connection.batches.append(attempt, append);
      limits = CLASSIC;
      if (typeof append.expectedRevision === 'bigint') await earlier;
      return this.#appendClassic(connection.client, append);
    };
    try {
      const result = await withTimeout(giveUpAt - sentAt, signal, answer);
      this.#answered(connection, limits);
      return result;
    } catch (error) {
      if (signal?.aborted) throw error;
      if (isAnswer(error)) this.#answered(connection, limits);
      else if ((connection.answeredAt ?? 0) < sentAt) this.#replace(connection);
      throw error;
    } finally {
      connection.batches.forget(attempt);
    }
  }

  #appendClassic(client: EventStoreDBClient, { stream, events, expectedRevision }: Append) {
    const parsed = events.map(({ id, type, data, metadata }) =>
      jsonEvent({ id, type, data: JSON.parse(data), metadata: JSON.parse(metadata) }),
    );
    return client.appendToStream(stream, parsed, { expectedRevision, deadline: this.#limitMs });
  }

  #connect(): Connection {
    const client = this.#open(this.#connected++);
    return { client, batches: new BatchAppends(client) };
  }

  #answered(connection: Connection, limits: Limits): void {
    connection.answeredAt = performance.now();
    if (connection === this.#connection) this.#semaphore.limits = limits;
  }

  #replace(connection: Connection): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#semaphore.limits = ALONE;
    this.#disposal = withTimeout(DISPOSE_LIMIT_MS, undefined, connection.client.dispose).catch(() => {});
  }
}

/** ABORTED in classic mode; in batch mode a message without a code, unlike the client's own deadline. */
const isServersTimeout = (error: unknown): boolean =>
  error instanceof TimeoutError || (error instanceof DeadlineExceededError && error.code === undefined);

const isAnswer = (error: unknown): boolean =>
  error instanceof WrongExpectedVersionError ||
  isServersTimeout(error) ||
  toFault(error) instanceof InvalidAppendError;

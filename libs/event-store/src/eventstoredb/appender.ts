import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AppendExpectedRevision,
  AppendResult,
  EventStoreDBClient,
  JSONEventData,
} from '@eventstore/db-client';
import { DeadlineExceededError, TimeoutError, WrongExpectedVersionError } from '@eventstore/db-client';
import { EventStoreUnavailableError, InvalidAppendError } from '../errors.ts';
import { appendsInBatches } from './batch-mode.ts';
import { toFault } from './faults.ts';
import { Turns, UnderWay } from './turns.ts';
import { within } from './within.ts';

/**
 * How many appends are under way at once. The client has room for 16 messages before it waits for the socket, and
 * those that wait when the connection dies end the process with an unhandled rejection.
 */
const CONCURRENT_APPENDS = 15;
const DISPOSE_LIMIT_MS = 1_000;
/** Before an append is sent again that timed out at the server. */
const REPEAT_AFTER_MS = 50;
/**
 * The deadline of a batch append is an instant by this machine's clock, which the server compares with its own: if it
 * were the real one, a client whose clock is behind could append nothing.
 */
const FAR_DEADLINE_MS = 24 * 60 * 60 * 1_000;

export interface Append {
  readonly stream: string;
  readonly events: JSONEventData[];
  readonly expectedRevision: AppendExpectedRevision;
  readonly signal?: AbortSignal | undefined;
}

interface Connection {
  readonly client: EventStoreDBClient;
  /** When the server last answered an append, in ms; undefined on a fresh connection. */
  answeredAt?: number;
}

/**
 * Appends in the order of the calls, and gives each so long at most. The first append of a connection goes alone,
 * since the client lets those that come with it overtake it. In classic mode appends may overtake each other, so one
 * that expects a revision waits for those to its stream that came before it. A client that leaves appends without an
 * answer is replaced: it keeps what it once heard of the server, a failure too, for its whole life.
 */
export class Appender {
  readonly #open: () => EventStoreDBClient;
  readonly #limitMs: number;
  readonly #turns = new Turns(1);
  readonly #underWay = new UnderWay();
  #connection: Connection | undefined;
  #closed = false;
  #disposal = Promise.resolve();

  constructor(open: () => EventStoreDBClient, limitMs: number) {
    this.#open = open;
    this.#limitMs = limitMs;
  }

  /** @throws what the client throws, or `EventStoreUnavailableError` where no answer comes in time. */
  async append(append: Append): Promise<AppendResult> {
    if (this.#closed) throw new EventStoreUnavailableError('The event store is closed');
    const giveUpAt = performance.now() + this.#limitMs;
    const send = (earlier: Promise<unknown>) => this.#sendUntilAnswered(append, earlier, giveUpAt);
    return this.#turns.run(() => this.#underWay.run(append.stream, send));
  }

  /** Waits for the appends that are under way, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#turns.idle();
    if (this.#connection) this.#replace(this.#connection);
    await this.#disposal;
  }

  /**
   * A repetition that arrives while the first is not committed yet gets no answer but the server's timeout, after
   * which the same append tells what became of it.
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

  async #send(
    { stream, events, expectedRevision, signal }: Append,
    earlier: Promise<unknown>,
    giveUpAt: number,
  ): Promise<AppendResult> {
    await this.#disposal;
    this.#connection ??= { client: this.#open() };
    const connection = this.#connection;
    const sentAt = performance.now();
    if (sentAt >= giveUpAt) throw new EventStoreUnavailableError('EventStoreDB is too slow for all appends');
    const answer = async () => {
      const inBatches = await appendsInBatches(connection.client);
      if (!inBatches && typeof expectedRevision === 'bigint') await earlier;
      const deadline = inBatches ? FAR_DEADLINE_MS : this.#limitMs;
      return connection.client.appendToStream(stream, events, { expectedRevision, deadline });
    };
    try {
      const result = await within(giveUpAt - sentAt, signal, answer);
      this.#answered(connection);
      return result;
    } catch (error) {
      if (signal?.aborted) throw error;
      if (isAnswer(error)) this.#answered(connection);
      else if ((connection.answeredAt ?? 0) < sentAt) this.#replace(connection);
      throw error;
    }
  }

  #answered(connection: Connection): void {
    connection.answeredAt = performance.now();
    if (connection === this.#connection) this.#turns.limit = CONCURRENT_APPENDS;
  }

  #replace(connection: Connection): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.#turns.limit = 1;
    this.#disposal = within(DISPOSE_LIMIT_MS, undefined, connection.client.dispose).catch(() => {});
  }
}

/** ABORTED in classic mode; in batch mode a message without a code, unlike the client's own deadline. */
const isServersTimeout = (error: unknown): boolean =>
  error instanceof TimeoutError || (error instanceof DeadlineExceededError && error.code === undefined);

const isAnswer = (error: unknown): boolean =>
  error instanceof WrongExpectedVersionError ||
  isServersTimeout(error) ||
  toFault(error) instanceof InvalidAppendError;

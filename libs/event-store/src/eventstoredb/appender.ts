import type {
  AppendExpectedRevision,
  AppendResult,
  EventStoreDBClient,
  JSONEventData,
} from '@eventstore/db-client';
import { WrongExpectedVersionError } from '@eventstore/db-client';
import { EventStoreUnavailableError, InvalidAppendError } from '../errors.ts';
import { toFault } from './faults.ts';
import { Turns } from './turns.ts';
import { within } from './within.ts';

/**
 * How many appends are under way at once. The client has room for 16 messages before it waits for the socket, and
 * those that wait when the connection dies end the process with an unhandled rejection.
 */
const CONCURRENT_APPENDS = 15;
const DISPOSE_LIMIT_MS = 1_000;

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
 * since the client lets those that come with it overtake it. A client that leaves appends without an answer is
 * replaced: it keeps what it once heard of the server, a failure too, for its whole life.
 */
export class Appender {
  readonly #open: () => EventStoreDBClient;
  readonly #limitMs: number;
  readonly #turns = new Turns(1);
  #connection: Connection | undefined;
  #disposal = Promise.resolve();

  constructor(open: () => EventStoreDBClient, limitMs: number) {
    this.#open = open;
    this.#limitMs = limitMs;
  }

  /** @throws what the client throws, or `EventStoreUnavailableError` where no answer comes in time. */
  append(append: Append): Promise<AppendResult> {
    const giveUpAt = performance.now() + this.#limitMs;
    return this.#turns.run(() => this.#send(append, giveUpAt));
  }

  /** Waits for the appends that are under way. */
  async close(): Promise<void> {
    await this.#turns.idle();
    if (this.#connection) this.#replace(this.#connection);
    await this.#disposal;
  }

  async #send({ stream, events, expectedRevision, signal }: Append, giveUpAt: number): Promise<AppendResult> {
    await this.#disposal;
    this.#connection ??= { client: this.#open() };
    const connection = this.#connection;
    const sentAt = performance.now();
    if (sentAt >= giveUpAt) throw new EventStoreUnavailableError('EventStoreDB is too slow for all appends');
    const options = { expectedRevision, deadline: this.#limitMs };
    const answer = () => connection.client.appendToStream(stream, events, options);
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

const isAnswer = (error: unknown) =>
  error instanceof WrongExpectedVersionError || toFault(error) instanceof InvalidAppendError;

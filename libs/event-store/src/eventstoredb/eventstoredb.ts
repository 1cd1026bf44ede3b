import { EventStoreDBClient, WrongExpectedVersionError } from '@eventstore/db-client';
import { encodeEvents } from '../encode-events.ts';
import { ConcurrencyError, EventStoreRefusedError, EventStoreUnavailableError } from '../errors.ts';
import type {
  Appended,
  AppendOptions,
  EventStore,
  EventToAppend,
  Position,
  ReadOptions,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionStep,
} from '../event-store.ts';
import { notBehind } from '../not-behind.ts';
import { Appender } from './appender.ts';
import { commandsUrl, subscriptionsUrl } from './connection-string.ts';
import { toFault } from './faults.ts';
import { followLog } from './follow-log.ts';
import { Heartbeat } from './heartbeat.ts';
import { formatPosition, parsePosition } from './position.ts';
import { type OpenClient, RenewableClient } from './renewable-client.ts';
import { pageReader, type ReadPage, readPages } from './stream-reader.ts';
import { truncateStream } from './truncation.ts';

const LIMIT_MS = 10_000;
const HEARTBEAT_MS = 5_000;
/** If this many heartbeats in a row were not heard, the subscription is cut off. */
const MISSED_HEARTBEATS = 3;

export interface EventStoreDbOptions {
  /** `esdb://user:password@host:2113,host:2113?tls=true`, or any other connection string of EventStoreDB's clients. */
  readonly url: string;
  readonly log?: { warn(details: object, message: string): void };
  /** How long the server may leave a call without an answer, in ms (default 10 s). */
  readonly limitMs?: number;
  /**
   * How often a small event is appended while there are subscriptions, in ms (default 5 s): one that hears none for
   * three times that is renewed.
   */
  readonly heartbeatMs?: number;
  /** Called each time that a subscription heard nothing for too long, as on a node that was cut off, and is renewed. */
  readonly onSilence?: () => void;
}

/**
 * The event store in EventStoreDB or KurrentDB, 23.10 or later. It connects at the first call, and again after each
 * fault. Beyond the port's promises: concurrent appends keep their order if the server takes them in batches; the
 * server knows a repeated append that expects `any` only while it remembers its ids; `truncate` hides events, and a
 * scavenge of the server deletes them: until then a subscription from before them still returns them.
 *
 * @throws EventStoreRefusedError if the connection string is not one, or names a file that is not there.
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  try {
    return new EventStoreDb(options);
  } catch (cause) {
    if (cause instanceof EventStoreRefusedError || !(cause instanceof Error)) throw cause;
    throw new EventStoreRefusedError(
      'connect',
      `The connection string of EventStoreDB names a file that cannot be used: ${cause.message}`,
    );
  }
}

class EventStoreDb implements EventStore {
  readonly #log: EventStoreDbOptions['log'];
  readonly #limitMs: number;
  readonly #silenceMs: number;
  readonly #onSilence: EventStoreDbOptions['onSilence'];
  readonly #reads: RenewableClient;
  readonly #subscriptions: RenewableClient;
  readonly #appender: Appender;
  readonly #readPage: ReadPage;
  readonly #heartbeat: Heartbeat;
  readonly #closing = new AbortController();

  constructor(options: EventStoreDbOptions) {
    const { url, log, limitMs = LIMIT_MS, heartbeatMs = HEARTBEAT_MS, onSilence } = options;
    this.#log = log;
    this.#limitMs = limitMs;
    this.#silenceMs = MISSED_HEARTBEATS * heartbeatMs;
    this.#onSilence = onSilence;
    const openForCommands: OpenClient = (nth) => EventStoreDBClient.connectionString(commandsUrl(url, nth));
    this.#reads = new RenewableClient(openForCommands, 2 * limitMs);
    this.#subscriptions = new RenewableClient(
      (nth) => EventStoreDBClient.connectionString(subscriptionsUrl(url, nth)),
      // They find out by themselves that they hear nothing.
      4 * this.#silenceMs,
    );
    this.#appender = new Appender(openForCommands, limitMs);
    this.#readPage = pageReader(this.#reads, limitMs);
    this.#heartbeat = new Heartbeat({
      appender: this.#appender,
      readPage: this.#readPage,
      everyMs: heartbeatMs,
      log,
    });
  }

  async append(stream: string, events: readonly EventToAppend[], options: AppendOptions): Promise<Appended> {
    const { expected, signal } = options;
    const encoded = encodeEvents(stream, events);
    return this.#guard(signal, async () => {
      const { nextExpectedRevision, position } = await this.#appender
        .append({
          stream,
          events: encoded,
          expectedRevision: typeof expected === 'number' ? BigInt(expected) : expected,
          signal,
        })
        .catch((error) => {
          throw toConflict(error, stream, expected);
        });
      const revision = Number(nextExpectedRevision);
      return {
        revision,
        position: position ? formatPosition(position) : await this.#positionOf(stream, revision),
      };
    });
  }

  async *read(stream: string, options: ReadOptions = {}): AsyncGenerator<RecordedEvent> {
    const readPage: ReadPage = (name, page) => this.#guard(page.signal, () => this.#readPage(name, page));
    yield* notBehind(readPages(readPage, stream, options), stream, options);
  }

  subscribe({ streamPrefix = '', after, signal }: SubscribeOptions): AsyncIterable<SubscriptionStep> {
    if (after !== undefined) parsePosition(after);
    return followLog({
      clients: this.#subscriptions,
      heartbeat: this.#heartbeat,
      streamPrefix,
      after,
      limitMs: this.#limitMs,
      silenceMs: this.#silenceMs,
      signal: AbortSignal.any([signal, this.#closing.signal]),
      log: this.#log,
      onSilence: this.#onSilence,
    });
  }

  async truncate(stream: string, beforeRevision: number): Promise<void> {
    const deps = {
      client: this.#reads.client,
      readPage: this.#readPage,
      appender: this.#appender,
      limitMs: this.#limitMs,
    };
    await this.#guard(undefined, () => truncateStream(deps, stream, beforeRevision));
  }

  async ping(signal?: AbortSignal): Promise<void> {
    await this.#guard(undefined, () => this.#heartbeat.ping(signal));
  }

  /** Waits for the appends that are under way, and ends the subscriptions and the connections. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#heartbeat.close();
    await this.#appender.close();
    await Promise.all([this.#reads.close(), this.#subscriptions.close()]);
  }

  /**
   * The server may leave it out of the answer to an append that it knows already; that of a truncated event is unknown.
   */
  async #positionOf(stream: string, revision: number): Promise<Position | undefined> {
    const [event] = await this.#readPage(stream, { from: revision, limit: 1 });
    return event?.revision === revision ? event.position : undefined;
  }

  /** Runs the work, and turns its errors into the port's; the signal's reason stays as it is. */
  async #guard<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    if (this.#closing.signal.aborted) throw new EventStoreUnavailableError('The event store is closed');
    try {
      return await work();
    } catch (error) {
      throw signal?.aborted ? error : toFault(error);
    }
  }
}

/** A wrong expectation as an error of the port. */
function toConflict(error: unknown, stream: string, expected: AppendOptions['expected']): unknown {
  if (!(error instanceof WrongExpectedVersionError)) return error;
  const { actualVersion } = error;
  return new ConcurrencyError(
    stream,
    expected,
    typeof actualVersion === 'bigint' ? Number(actualVersion) : null,
  );
}

import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import {
  assertRoom,
  isDatabaseFault,
  isFull,
  migrate,
  openDatabase,
  Wakeup,
  WalSync,
} from '@inkstream/sqlite';
import { encodeEvents } from '../encode-events.ts';
import { EventStoreFullError, EventStoreUnavailableError } from '../errors.ts';
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
import { CommitQueue } from './commit-queue.ts';
import { createReader, PAGE_EVENTS } from './reader.ts';
import { formatPosition, migrations, toRecordedEvent } from './rows.ts';
import { followLog } from './subscription.ts';
import { createWriter } from './writer.ts';

export interface SqliteEventStoreOptions {
  /** The file, created if it is missing; other adapters may share it. */
  readonly file: string;
  /** The clock for `recordedAt`. */
  readonly now?: () => Date;
  readonly log?: { warn(details: object, message: string): void };
}

/**
 * The event store in one SQLite file. Beyond the port's promises: concurrent appends share an fsync; other
 * processes may read and write the same file, and their events are seen within 250 ms; the position is the
 * sequence number in the log; `truncate` overwrites what it deletes; `recordedAt` never goes backwards.
 */
export async function openSqliteEventStore(options: SqliteEventStoreOptions): Promise<EventStore> {
  return guard(() => {
    const db = openDatabase(options.file);
    migrate(db, 'event-store', migrations);
    return new SqliteEventStore(db, options);
  });
}

class SqliteEventStore implements EventStore {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #log: SqliteEventStoreOptions['log'];
  readonly #reader: ReturnType<typeof createReader>;
  readonly #writer: ReturnType<typeof createWriter>;
  readonly #wal: WalSync;
  readonly #queue: CommitQueue;
  readonly #appended = new Wakeup();
  readonly #closing = new AbortController();
  #scrubbing: Promise<void> | undefined;

  constructor(db: DatabaseSync, { file, now = () => new Date(), log }: SqliteEventStoreOptions) {
    this.#db = db;
    this.#file = file;
    this.#log = log;
    this.#reader = createReader(db);
    this.#writer = createWriter(db, now);
    this.#wal = new WalSync(file);
    this.#queue = new CommitQueue(db, this.#wal, toFault);
  }

  async append(
    stream: string,
    events: readonly EventToAppend[],
    { expected, signal }: AppendOptions,
  ): Promise<Appended> {
    const encoded = encodeEvents(stream, events);
    const { revision, position } = await this.#write(
      () => this.#writer.append(stream, encoded, expected),
      signal,
    );
    this.#appended.notify();
    return { revision, position: formatPosition(position) };
  }

  read(stream: string, options: ReadOptions = {}): AsyncGenerator<RecordedEvent> {
    return notBehind(this.#readStream(stream, options), stream, options);
  }

  async *#readStream(stream: string, options: ReadOptions): AsyncGenerator<RecordedEvent> {
    const { direction = 'forwards', signal } = options;
    const step = direction === 'forwards' ? 1 : -1;
    let from = options.from ?? (direction === 'forwards' ? 0 : Number.MAX_SAFE_INTEGER);
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      signal?.throwIfAborted();
      const page = guard(() => this.#reader.stream(stream, from, direction, left));
      for (const row of page) yield toRecordedEvent(row);
      // Most streams are shorter than a page: their readers need not wait for another turn of the event loop.
      if (page.length < Math.min(left, PAGE_EVENTS)) return;
      from = page.at(-1)!.revision + step;
      left -= page.length;
      if (left > 0) await setImmediate();
    }
  }

  subscribe({ streamPrefix = '', after, signal }: SubscribeOptions): AsyncIterable<SubscriptionStep> {
    const source = {
      readPage: (after: number) => this.#tryToRead(after, () => this.#reader.log(after, streamPrefix)),
      lastSequence: () => this.#tryToRead(after, () => this.#reader.lastSequence()),
      appended: this.#appended,
      signal: AbortSignal.any([signal, this.#closing.signal]),
    };
    return followLog(source, after);
  }

  async truncate(stream: string, beforeRevision: number): Promise<void> {
    await this.#write(() => this.#writer.truncate(stream, beforeRevision));
    await this.#scrub();
  }

  async ping(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    guard(() => this.#db.exec('SELECT 1 FROM event_log LIMIT 1'));
    await assertRoom(this.#file).catch((error) => {
      throw toFault(error);
    });
  }

  /** Commits what is queued and ends the subscriptions. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#queue.flush();
    this.#db.close();
    await this.#wal.close();
  }

  #write<T>(work: () => T, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#closing.signal.aborted) throw new EventStoreUnavailableError('The event store is closed');
    return this.#queue.run(work, signal);
  }

  /** Undefined if the database does not answer now. */
  #tryToRead<T>(after: number | Position | undefined, read: () => T): T | undefined {
    try {
      return read();
    } catch (err) {
      if (!isDatabaseFault(err)) throw err;
      this.#log?.warn({ after, err }, 'A subscription cannot read the event log for now');
      return undefined;
    }
  }

  /** Empties the write-ahead log, which still has deleted content; truncations that come together share it. */
  #scrub(): Promise<void> {
    this.#scrubbing ??= setImmediate().then(() => {
      this.#scrubbing = undefined;
      if (this.#closing.signal.aborted) return;
      const result = guard(() => this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get());
      if (result?.busy !== 0) this.#log?.warn({ result }, 'Deleted events remain in the WAL for now');
    });
    return this.#scrubbing;
  }
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFault(error);
  }
}

function toFault(error: unknown): unknown {
  if (!isDatabaseFault(error)) return error;
  const Fault = isFull(error) ? EventStoreFullError : EventStoreUnavailableError;
  return new Fault(error.message, { cause: error });
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { openDatabase } from './database.ts';
import type { AppendOutcome } from './decide-append.ts';
import type { Expectation, ProposedEvent, RecordedEvent } from './events.ts';
import { GroupCommit } from './group-commit.ts';
import { LogReader } from './log-reader.ts';
import { LogWriter } from './log-writer.ts';

export interface EventLogOptions {
  /** The SQLite file. */
  readonly file: string;
  readonly clock?: Clock;
  /** How much memory is for the ids of events, so that appends that expect no revision are idempotent. */
  readonly rememberedBytes?: number;
  readonly flushToDisk?: boolean;
  /** Whether a new log begins with what a server writes first. */
  readonly seed?: boolean;
}

const PAGE = 256;
const REMEMBERED_BYTES = 8 * 1024 * 1024;
const THIRTY_DAYS_S = 2_592_000;

/**
 * The event that a new database has in its log before anybody writes: a stream of the system, which `$all` shows too.
 */
const firstEvent = (id: string): readonly [stream: string, event: ProposedEvent] => [
  '$$$scavenges',
  {
    id,
    type: '$metadata',
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify({ $maxAge: THIRTY_DAYS_S })),
    metadata: new Uint8Array(),
  },
];

/** The log of all streams in a SQLite file: each write is durable when its promise resolves. */
export class EventLog {
  readonly reader: LogReader;
  readonly #writer: LogWriter;
  readonly #commits: GroupCommit;
  readonly #listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  /** The last event that listeners know. */
  #announced = 0;
  readonly #close: () => void;
  readonly #empty: () => void;

  constructor(options: EventLogOptions) {
    const {
      file,
      clock = SYSTEM_CLOCK,
      rememberedBytes = REMEMBERED_BYTES,
      flushToDisk = true,
      seed = true,
    } = options;
    const { writer, reader } = openDatabase(file, flushToDisk);
    this.reader = new LogReader(reader, clock.now);
    this.#writer = new LogWriter(writer, clock, rememberedBytes);
    this.#commits = new GroupCommit(writer, {
      commit: () => {
        this.reader.refresh();
        this.#announce();
      },
      rollback: () => this.#writer.forgetAll(),
    });
    if (seed && this.reader.isEmpty()) {
      const [stream, event] = firstEvent(clock.newId());
      void this.append(stream, 'no_stream', [event]);
      this.#commits.flush();
    }
    this.#announced = this.reader.end();
    this.#empty = () =>
      writer.exec('PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    this.#close = () => {
      this.#commits.flush();
      reader.close();
      writer.close();
    };
  }

  /** Appends; the answer, and the knowledge of the commit, come after the delay. */
  async append(
    stream: string,
    expected: Expectation,
    events: readonly ProposedEvent[],
    commitDelayMs = 0,
  ): Promise<AppendOutcome> {
    const outcome = await this.#commits.run(() => this.#writer.append(stream, expected, events));
    if (outcome.kind !== 'appended') return outcome;
    if (commitDelayMs > 0) await delay(commitDelayMs, undefined, { ref: false });
    this.#writer.committed(events);
    return outcome;
  }

  /** Copies events of another log, at once. */
  apply(events: readonly RecordedEvent[]): void {
    this.#commits.run(() => this.#writer.copy(events)).catch(() => undefined);
    this.#commits.flush();
  }

  /** Removes from the log, and from its file, what reads no longer show; at once. */
  scavenge(): void {
    this.#commits.run(() => this.#writer.scavenge()).catch(() => undefined);
    this.#commits.flush();
    this.#empty();
  }

  softDelete(stream: string, expected: Expectation): Promise<AppendOutcome> {
    return this.#commits.run(() => this.#writer.softDelete(stream, expected));
  }

  tombstone(stream: string, expected: Expectation): Promise<AppendOutcome> {
    return this.#commits.run(() => this.#writer.tombstone(stream, expected));
  }

  /** Tells the listener of what is committed from now on, until it is forgotten by the function that this returns. */
  onCommit(listener: (events: readonly RecordedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #announce(): void {
    if (this.#listeners.size === 0) {
      this.#announced = this.reader.end();
      return;
    }
    for (;;) {
      const page = this.reader.all('forwards', this.#announced + 1, PAGE);
      this.#announced = page.at(-1)?.position ?? this.#announced;
      for (const listener of this.#listeners) listener(page);
      if (page.length < PAGE) return;
    }
  }

  close(): void {
    this.#close();
  }
}

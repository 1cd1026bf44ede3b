import { randomUUID } from 'node:crypto';
import { openDatabase } from './database.ts';
import type { Expectation, ProposedEvent } from './events.ts';
import { GroupCommit } from './group-commit.ts';
import { LogReader } from './log-reader.ts';
import { type AppendOutcome, type Clock, LogWriter } from './log-writer.ts';
import { systemStreams } from './seed.ts';

export interface EventLogOptions {
  /** The SQLite file. */
  readonly file: string;
  readonly clock?: Clock;
  /** How many event ids are remembered for idempotent appends that expect no revision. */
  readonly rememberedIds?: number;
  readonly flushToDisk?: boolean;
}

export const SYSTEM_CLOCK: Clock = { now: Date.now, newId: randomUUID };
const REMEMBERED_IDS = 50_000;

/** The log of all streams in a SQLite file: each write is durable when its promise resolves. */
export class EventLog {
  readonly reader: LogReader;
  readonly #writer: LogWriter;
  readonly #commits: GroupCommit;
  readonly #listeners = new Set<() => void>();
  readonly #close: () => void;

  constructor(options: EventLogOptions) {
    const { file, clock = SYSTEM_CLOCK, rememberedIds = REMEMBERED_IDS, flushToDisk = true } = options;
    const { writer, reader } = openDatabase(file, flushToDisk);
    this.reader = new LogReader(reader, clock.now);
    this.#writer = new LogWriter(writer, clock, rememberedIds);
    this.#commits = new GroupCommit(writer, {
      commit: () => {
        this.reader.refresh();
        for (const listener of [...this.#listeners]) listener();
      },
      rollback: () => this.#writer.forgetAll(),
    });
    if (this.reader.isEmpty()) {
      for (const [stream, event] of systemStreams(clock.newId)) this.append(stream, 'no_stream', [event]);
      this.#commits.flush();
    }
    this.#close = () => {
      this.#commits.flush();
      reader.close();
      writer.close();
    };
  }

  append(stream: string, expected: Expectation, events: readonly ProposedEvent[]): Promise<AppendOutcome> {
    return this.#commits.run(() => this.#writer.append(stream, expected, events));
  }

  softDelete(stream: string, expected: Expectation): Promise<AppendOutcome> {
    return this.#commits.run(() => this.#writer.softDelete(stream, expected));
  }

  tombstone(stream: string, expected: Expectation): Promise<AppendOutcome> {
    return this.#commits.run(() => this.#writer.tombstone(stream, expected));
  }

  /** Resolves with the next commit, or when the signal aborts. */
  nextCommit(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#listeners.add(done);
      signal.addEventListener('abort', done);
    });
  }

  close(): void {
    this.#close();
  }
}

import type { DatabaseSync } from 'node:sqlite';

import type { Clock } from './clock.ts';
import { type AppendOutcome, decideAppend } from './decide-append.ts';
import { EventTable } from './event-table.ts';
import {
  type Expectation,
  metadataStreamOf,
  NO_EVENTS,
  originalOf,
  type ProposedEvent,
  type RecordedEvent,
  TOMBSTONE,
  tombstone,
} from './events.ts';
import { RecentEvents } from './recent-events.ts';
import { scavenge } from './scavenge.ts';
import { StreamIndex } from './stream-index.ts';
import { firstOf, softDeletion, truncation } from './stream-metadata.ts';

/** Decides about writes and makes them. Runs within a transaction of the database that it is given. */
export class LogWriter {
  readonly #db: DatabaseSync;
  readonly #index: StreamIndex;
  readonly #events: EventTable;
  readonly #clock: Clock;
  readonly #recent: RecentEvents;

  constructor(db: DatabaseSync, clock: Clock, rememberedBytes: number) {
    this.#db = db;
    this.#index = new StreamIndex(db);
    this.#events = new EventTable(db);
    this.#clock = clock;
    this.#recent = new RecentEvents(rememberedBytes);
  }

  append(stream: string, expected: Expectation, events: readonly ProposedEvent[]): AppendOutcome {
    const { head } = this.#index.state(stream);
    const ids = events.map((event) => event.id);
    const decision = this.#decide(stream, expected, ids);
    switch (decision.kind) {
      case 'deleted':
        return { kind: 'deleted' };
      case 'conflict':
        return { kind: 'conflict', head };
      case 'repeated':
        if (ids.some((id) => this.#recent.isUncommitted(id))) return { kind: 'dropped' };
        return this.#appended(stream, decision.revision);
      case 'write': {
        if (events.length === 0) {
          return { kind: 'appended', revision: head, position: this.#events.last() };
        }
        const original = originalOf(stream);
        const revives = original !== undefined && this.#index.softDeleted(original);
        const position = this.#write(stream, head + 1, events);
        if (decision.undelete) this.#undelete(stream, head + 1);
        // Who writes the metadata of a softly deleted stream revives it, without its old events.
        if (revives) this.#undelete(original, this.#index.state(original).head + 1);
        this.#recent.written(events);
        return { kind: 'appended', revision: head + events.length, position };
      }
    }
  }

  /** Writes what stands in another log, at the same places. */
  copy(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const known = this.#index.state(event.stream).id;
      this.#events.copy(known === 0 ? this.#events.addStream(event.stream) : known, event);
      this.#index.forget(event.stream);
      this.#recent.remember(event.stream, event.revision, [event]);
    }
  }

  /** Removes what reads no longer show. */
  scavenge(): void {
    scavenge(this.#db, this.#index, this.#clock.now());
    this.#index.forgetAll();
  }

  /** Says that events are committed: what repeats them may be answered. */
  committed(events: readonly ProposedEvent[]): void {
    this.#recent.committed(events);
  }

  /** Deletes a stream softly: an event in its metadata hides all there are, and the next append revives it. */
  softDelete(stream: string, expected: Expectation): AppendOutcome {
    return this.#remove(stream, expected, (id, revision) => {
      return { kind: 'appended', revision, position: this.#writeMetadata(stream, softDeletion(id)) };
    });
  }

  /** Deletes a stream for ever. */
  tombstone(stream: string, expected: Expectation): AppendOutcome {
    return this.#remove(stream, expected, (id) => {
      const position = this.#write(stream, TOMBSTONE, [tombstone(id)]);
      return { kind: 'appended', revision: TOMBSTONE, position };
    });
  }

  /** After a rollback, nothing that was remembered can be relied on. */
  forgetAll(): void {
    this.#index.forgetAll();
    this.#recent.clear();
    this.#events.rewind();
  }

  /** Removes a stream, which must have been written to. */
  #remove(
    stream: string,
    expected: Expectation,
    remove: (id: string, head: number) => AppendOutcome,
  ): AppendOutcome {
    const id = this.#clock.newId();
    const decision = this.#decide(stream, expected, [id]);
    const { head } = this.#index.state(stream);
    if (decision.kind === 'deleted') return { kind: 'deleted' };
    if (decision.kind !== 'write' || head === NO_EVENTS) return { kind: 'conflict', head };
    return remove(id, head);
  }

  #decide(stream: string, expected: Expectation, ids: readonly string[]) {
    const { id, head } = this.#index.state(stream);
    const facts = {
      head,
      softDeleted: this.#index.softDeleted(stream),
      hasMetadata: () => this.#index.state(metadataStreamOf(stream)).head !== NO_EVENTS,
      rememberedRevision: (eventId: string) => this.#recent.revisionIn(stream, eventId),
      eventIdAt: (revision: number) => this.#events.idAt(id, revision),
    };
    return decideAppend(facts, expected, ids);
  }

  #appended(stream: string, revision: number): AppendOutcome {
    const { id, head, retention } = this.#index.state(stream);
    const hidden = revision < firstOf(retention, head);
    // Of what reads no longer show, the place is not known (3.9).
    const position = hidden ? undefined : this.#events.positionAt(id, revision);
    return { kind: 'appended', revision, position };
  }

  #write(stream: string, first: number, events: readonly ProposedEvent[]): number | undefined {
    const { id, retention } = this.#index.state(stream);
    const streamId = id === 0 ? this.#events.addStream(stream) : id;
    const position = this.#events.insert(streamId, first, events, this.#clock.now());
    this.#recent.remember(stream, first, events);
    const head = Math.max(first + events.length - 1, NO_EVENTS);
    this.#index.written(stream, { id: streamId, head, retention });
    return position;
  }

  #writeMetadata(stream: string, event: ProposedEvent): number | undefined {
    const metadataStream = metadataStreamOf(stream);
    return this.#write(metadataStream, this.#index.state(metadataStream).head + 1, [event]);
  }

  #undelete(stream: string, before: number): void {
    const metadata = this.#index.metadataOf(stream);
    this.#writeMetadata(stream, truncation(this.#clock.newId(), before, metadata));
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { BoundedMap } from './bounded-map.ts';
import { decideAppend } from './decide-append.ts';
import { EventTable } from './event-table.ts';
import {
  type Expectation,
  metadataStreamOf,
  NO_EVENTS,
  originalOf,
  type ProposedEvent,
  TOMBSTONE,
} from './events.ts';
import { StreamIndex } from './stream-index.ts';
import { softDeletion, truncation } from './stream-metadata.ts';

export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number | undefined }
  | { readonly kind: 'conflict'; readonly head: number }
  /** It repeats what is not committed yet. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'deleted' };

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** Decides about writes and makes them. Runs within a transaction of the database that it is given. */
export class LogWriter {
  readonly #index: StreamIndex;
  readonly #events: EventTable;
  readonly #clock: Clock;
  /** Where events were written lately, by id: what idempotent appends without a revision rest on. */
  readonly #recent: BoundedMap<string, { stream: string; revision: number }>;
  /** The ids of events whose commit is not known yet. */
  readonly #uncommitted = new Set<string>();

  constructor(db: DatabaseSync, clock: Clock, rememberedIds: number) {
    this.#index = new StreamIndex(db);
    this.#events = new EventTable(db);
    this.#clock = clock;
    this.#recent = new BoundedMap(rememberedIds);
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
        if (ids.some((id) => this.#uncommitted.has(id))) return { kind: 'dropped' };
        return this.#appended(stream, decision.revision);
      case 'write': {
        const original = originalOf(stream);
        const revives = original !== undefined && this.#index.softDeleted(original);
        const position = this.#write(stream, head + 1, events);
        if (decision.undelete) this.#undelete(stream, head + 1);
        // Who writes the metadata of a softly deleted stream revives it, without its old events.
        if (revives) this.#undelete(original, this.#index.state(original).head + 1);
        for (const id of ids) this.#uncommitted.add(id);
        return { kind: 'appended', revision: head + events.length, position };
      }
    }
  }

  /** Says that events are committed: what repeats them may be answered. */
  committed(events: readonly ProposedEvent[]): void {
    for (const { id } of events) this.#uncommitted.delete(id);
  }

  /** Deletes a stream softly: an event in its metadata hides all there are, and the next append revives it. */
  softDelete(stream: string, expected: Expectation): AppendOutcome {
    const id = this.#clock.newId();
    const decision = this.#decide(stream, expected, [id]);
    const { head } = this.#index.state(stream);
    if (decision.kind === 'deleted') return { kind: 'deleted' };
    if (decision.kind !== 'write') return { kind: 'conflict', head };
    const position = this.#writeMetadata(stream, softDeletion(id, this.#index.metadataOf(stream)));
    return { kind: 'appended', revision: head, position };
  }

  /** Deletes a stream for ever. */
  tombstone(stream: string, expected: Expectation): AppendOutcome {
    const id = this.#clock.newId();
    const decision = this.#decide(stream, expected, [id]);
    const { head } = this.#index.state(stream);
    if (decision.kind === 'deleted') return { kind: 'deleted' };
    if (decision.kind !== 'write') return { kind: 'conflict', head };
    const none = new Uint8Array();
    const mark = {
      id,
      type: '$streamDeleted',
      contentType: 'application/octet-stream',
      data: none,
      metadata: none,
    };
    const position = this.#write(stream, TOMBSTONE, [mark]);
    this.#index.forget(metadataStreamOf(stream));
    return { kind: 'appended', revision: TOMBSTONE, position };
  }

  /** After a rollback, nothing that was remembered can be relied on. */
  forgetAll(): void {
    this.#index.forgetAll();
    this.#recent.clear();
    this.#uncommitted.clear();
    this.#events.rewind();
  }

  #decide(stream: string, expected: Expectation, ids: readonly string[]) {
    const { id, head } = this.#index.state(stream);
    const facts = {
      head,
      softDeleted: this.#index.softDeleted(stream),
      hasMetadata: () => this.#index.state(metadataStreamOf(stream)).head !== NO_EVENTS,
      rememberedRevision: (eventId: string) => {
        const known = this.#recent.get(eventId);
        return known?.stream === stream ? known.revision : undefined;
      },
      eventIdAt: (revision: number) => this.#events.idAt(id, revision),
    };
    return decideAppend(facts, expected, ids);
  }

  #appended(stream: string, revision: number): AppendOutcome {
    const position = this.#events.positionAt(this.#index.state(stream).id, revision);
    return { kind: 'appended', revision, position };
  }

  #write(stream: string, first: number, events: readonly ProposedEvent[]): number | undefined {
    const { id, retention } = this.#index.state(stream);
    const streamId = id === 0 ? this.#events.addStream(stream) : id;
    const position = this.#events.insert(streamId, first, events, this.#clock.now());
    for (const [index, event] of events.entries()) {
      this.#recent.set(event.id, { stream, revision: first + index });
    }
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

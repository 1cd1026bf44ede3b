import { BoundedMap } from './bounded-map.ts';
import type { ProposedEvent } from './events.ts';

interface Written {
  readonly stream: string;
  readonly revision: number;
}

/** What an id takes in a real server's memory: about so much, and twice the length of its stream's name (3.4). */
const BYTES_OF_ID = 54;

/** Where events were written lately, by id: what idempotent appends without a revision rest on. */
export class RecentEvents {
  readonly #written: BoundedMap<string, Written>;
  /** The ids of events whose commit is not known yet. */
  readonly #uncommitted = new Set<string>();

  constructor(bytes: number) {
    this.#written = new BoundedMap(bytes, ({ stream }) => BYTES_OF_ID + 2 * stream.length);
  }

  /** The revision of an event in a stream, as far as it is remembered. */
  revisionIn(stream: string, id: string): number | undefined {
    const known = this.#written.get(id);
    return known?.stream === stream ? known.revision : undefined;
  }

  /** Of an id that is written twice, the first place is remembered (3.5, 3.6). */
  remember(stream: string, first: number, events: readonly ProposedEvent[]): void {
    for (const [index, { id }] of events.entries()) {
      if (this.#written.get(id) === undefined) this.#written.set(id, { stream, revision: first + index });
    }
  }

  /** Their commit is awaited. */
  written(events: readonly ProposedEvent[]): void {
    for (const { id } of events) this.#uncommitted.add(id);
  }

  isUncommitted(id: string): boolean {
    return this.#uncommitted.has(id);
  }

  committed(events: readonly ProposedEvent[]): void {
    for (const { id } of events) this.#uncommitted.delete(id);
  }

  clear(): void {
    this.#written.clear();
    this.#uncommitted.clear();
  }
}

import { type Entry, Backlog as KeyedBacklog, type Pending as PendingEntry } from '../delivery/backlog.ts';

export type Pending = PendingEntry;

/** A backlog whose progress is saved in steps. */
export class Backlog extends KeyedBacklog<Entry> {
  #unsaved: number[] = [];

  /** `done`: the offsets beyond the cursor that are finished already. */
  constructor(cursor: number, done: ReadonlySet<number>) {
    const left = new Set(done);
    super(cursor, (offset) => left.delete(offset));
  }

  override finish(pending: Pending): void {
    super.finish(pending);
    this.#unsaved.push(pending.offset);
  }

  /** What has to be saved: everything up to `cursor` is done, and beyond it these since `markSaved`. */
  progress(): { cursor: number; done: number[] } {
    const { cursor } = this;
    return { cursor, done: this.#unsaved.filter((offset) => offset > cursor) };
  }

  markSaved(): void {
    this.#unsaved = [];
  }
}

import { type EventStore, loadCheckpoint, type Position, saveCheckpoint } from '@inkstream/event-store';

const SAVE_AFTER_EVENTS = 5_000;
const SAVE_AFTER_MS = 200;

export interface ProgressOptions {
  readonly store: EventStore;
  /** The name of the checkpoint. */
  readonly name: string;
  /** Whether it is still this relay's checkpoint: another one may have gone on from it, and further. */
  readonly maySave: () => boolean;
  /** A monotonic clock, in ms. */
  readonly now?: () => number;
}

/**
 * How far the relay is. A checkpoint is an append with an fsync, so it is saved once for many events: after a crash
 * those since the last one are published again.
 */
export function createProgress({ store, name, maySave, now = () => performance.now() }: ProgressOptions) {
  let published: Position | undefined;
  let loaded = false;
  let unsaved = 0;
  let savedAt = now();

  async function save(): Promise<void> {
    if (published === undefined || unsaved === 0 || !maySave()) return;
    await saveCheckpoint(store, name, published);
    unsaved = 0;
    savedAt = now();
  }

  return {
    /** The last position that was published, from the checkpoint the first time; undefined before everything. */
    async load(): Promise<Position | undefined> {
      if (!loaded) published = await loadCheckpoint(store, name);
      loaded = true;
      return published;
    },

    /** Goes back to the checkpoint, since the log is no longer the one that was published from. */
    forget(): void {
      loaded = false;
      published = undefined;
      unsaved = 0;
    },

    /**
     * Everything up to `position` is published, `events` of them new. Where none was, nothing is saved: the
     * checkpoint itself moves the end of the log.
     */
    async advance(position: Position, events: number): Promise<void> {
      published = position;
      unsaved += events;
      if (unsaved >= SAVE_AFTER_EVENTS || now() - savedAt >= SAVE_AFTER_MS) await save();
    },

    save,
  };
}

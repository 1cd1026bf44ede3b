import { absentJob, evolveJob, fencedJob, type JobEvent, type JobState, jobStream } from '@inkstream/domain';
import { type EventStore, isFence, StaleReadError } from '@inkstream/event-store';
import type { KnownJob } from './jobs.ts';
import { fromStored, traceparentOf } from './stored-events.ts';

/** Files and executions that are kept in all, each some hundreds of bytes. */
const MAX_KEPT = 20_000;

interface Kept {
  readonly state: JobState;
  readonly revision: number;
  /** The id of the event at that revision, by which the stream is known to be the same. */
  readonly eventId: string;
  readonly traceparent: string | undefined;
}

const sizeOf = (state: JobState): number =>
  state.status === 'open' ? state.files.length + state.executions.length : 0;

/**
 * Jobs as they stand. Those that were read last are remembered, so that only what followed is read of them: to delete the
 * files of a job one by one costs as much for each, however many it has.
 *
 * The last event that is known is read again, and shows that it is still the stream that the job was read from: an older
 * log may have been restored.
 */
export class KnownJobs {
  readonly #store: Pick<EventStore, 'read'>;
  readonly #maxKept: number;
  /** The one that was read last at the end. */
  readonly #kept = new Map<number, Kept>();
  #size = 0;

  constructor(store: Pick<EventStore, 'read'>, maxKept: number = MAX_KEPT) {
    this.#store = store;
    this.#maxKept = maxKept;
  }

  /** @throws StaleReadError if the read is behind the revision `atLeast`. */
  async read(jobId: number, { atLeast }: { readonly atLeast?: number } = {}): Promise<KnownJob> {
    const kept = this.#kept.get(jobId);
    const now = (kept && (await this.#follow(jobId, kept, atLeast))) ?? (await this.#readAll(jobId, atLeast));
    this.#forget(jobId);
    if (now === null) return { state: absentJob, revision: null };
    if (sizeOf(now.state) > 0) this.#keep(jobId, now);
    return now;
  }

  /** Null if the stream does not hold the event that is known. */
  async #follow(jobId: number, kept: Kept, atLeast: number | undefined): Promise<Kept | null> {
    let now: Kept | null = null;
    for await (const stored of this.#store.read(jobStream(jobId), { from: kept.revision, atLeast })) {
      if (now === null && (stored.revision !== kept.revision || stored.id !== kept.eventId)) return null;
      now = now === null ? kept : after(now.state, stored);
    }
    return now;
  }

  async #readAll(jobId: number, atLeast: number | undefined): Promise<Kept | null> {
    let now: Kept | null = null;
    for await (const stored of this.#store.read(jobStream(jobId), { atLeast }))
      now = after(now?.state ?? absentJob, stored);
    const revision = now?.revision ?? -1;
    if (revision < (atLeast ?? -1))
      throw new StaleReadError(`${jobStream(jobId)} was read at ${revision}, behind ${atLeast}`);
    return now;
  }

  #keep(jobId: number, kept: Kept): void {
    this.#kept.set(jobId, kept);
    this.#size += sizeOf(kept.state);
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#maxKept) return;
      this.#forget(oldest);
    }
  }

  #forget(jobId: number): void {
    const kept = this.#kept.get(jobId);
    if (kept) this.#size -= sizeOf(kept.state);
    this.#kept.delete(jobId);
  }
}

type Stored = Parameters<typeof fromStored>[0];

const after = (state: JobState, stored: Stored): Kept => ({
  state: isFence(stored) ? fencedJob(state) : evolveJob(state, fromStored(stored) as unknown as JobEvent),
  revision: stored.revision,
  eventId: stored.id,
  traceparent: traceparentOf(stored),
});

import { setTimeout as sleep } from 'node:timers/promises';
import { DOMAIN_STREAM_PREFIX, type RecordedDomainEvent, UnknownEventError } from '@inkstream/domain';
import {
  checkpoints,
  createLease,
  type EventStore,
  isFence,
  type Position,
  type RecordedEvent,
  saveCheckpoint,
} from '@inkstream/event-store';
import { fromStored } from '@inkstream/job-store';

/** The relay's checkpoint, and the lease of those that share it. */
const RELAY = 'event-relay';
/** Longer than a relay that was killed holds its lease, by default. */
const PATIENCE_MS = 15_000;
const LEASE_MS = 60_000;

/** An execution that is not final, and where the log is before its request: null before everything. */
interface Open {
  readonly fileId: number;
  readonly uid: string;
  readonly before: Position | null;
}

/** The executions that are not final, by job and id. */
class Unfinished {
  readonly #jobs = new Map<number, Map<number, Open>>();

  get count(): number {
    return this.#jobs.values().reduce((sum, { size }) => sum + size, 0);
  }

  /** Before the oldest of them; undefined if there is none. */
  get start(): Position | null | undefined {
    let lowest: Position | null | undefined;
    for (const { before } of this.#jobs.values().flatMap((job) => job.values()))
      if (lowest === undefined || (before ?? '') < (lowest ?? '')) lowest = before;
    return lowest;
  }

  apply(event: RecordedDomainEvent, before: Position | null): void {
    const { type, jobId, uid, data } = event;
    const job = this.#jobs.get(jobId) ?? new Map<number, Open>();
    switch (type) {
      case 'ExecutionRequested':
        this.#jobs.set(jobId, job.set(data.executionId, { fileId: data.fileId, uid, before }));
        return;
      case 'FileDeleted':
        for (const [id, { fileId }] of job) if (fileId === data.fileId) job.delete(id);
        break;
      case 'JobDeleted':
        job.clear();
        break;
      case 'ExecutionCompleted':
      case 'ExecutionFailed':
      case 'ExecutionCancelled':
      case 'ExecutionErased':
        // A worker of a log that was lost may have ended another job's.
        if (job.get(event.executionId)?.uid === uid) job.delete(event.executionId);
        break;
      case 'JobSubmitted':
      case 'ExecutionStarted':
      case 'ExecutionReleased':
      case 'ExecutionRetryScheduled':
      case 'ExecutionHandedOver':
        return;
      default:
        event satisfies never;
    }
    if (job.size === 0) this.#jobs.delete(jobId);
  }
}

/** The event as the domain takes it; null if no relay could publish it. */
function readable(stored: RecordedEvent): RecordedDomainEvent | null {
  try {
    return isFence(stored) ? null : fromStored(stored);
  } catch (error) {
    if (error instanceof UnknownEventError) return null;
    throw error;
  }
}

/** Which executions are not final, by the log up to its end. Memory grows with these alone. */
async function findUnfinished(store: EventStore, signal: AbortSignal): Promise<Unfinished> {
  const unfinished = new Unfinished();
  let before: Position | null = null;
  for await (const { event, position, caughtUp } of store.subscribe({
    streamPrefix: DOMAIN_STREAM_PREFIX,
    signal,
  })) {
    const read = event && readable(event);
    if (read) unfinished.apply(read, before);
    before = position;
    if (caughtUp) return unfinished;
  }
  signal.throwIfAborted();
  throw new Error('The subscription to the event store ended');
}

/** Holds the relay's lease while `work` runs, so that no relay saves another checkpoint after it. */
async function inPlaceOfTheRelay<T>(
  store: EventStore,
  patienceMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const lease = createLease({ store, name: RELAY, ttlMs: LEASE_MS });
  const until = performance.now() + patienceMs;
  while (!(await lease.attempt())) {
    if (performance.now() > until) throw new Error('A relay is at work: stop all services first');
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

async function relayedUpTo(store: EventStore): Promise<Position> {
  for await (const { position } of checkpoints(store, RELAY)) return position ?? '';
  return '';
}

export interface Requeued {
  /** Executions that are not final. */
  readonly unfinished: number;
  /** Whether the relay's checkpoint had to be moved. */
  readonly moved: boolean;
}

/**
 * Moves the relay's checkpoint back to before the oldest request whose execution is not final. So everything since is
 * published again once the relay starts, requests that were handled before an older log was restored among it: repeats
 * change nothing. No relay may be at work.
 *
 * @throws LaterReleaseError if a later release wrote some of the log.
 * @throws Error if a relay holds the lease; an embedded one has none, and is not noticed.
 */
export async function requeueUnfinished(
  store: EventStore,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<Requeued> {
  return inPlaceOfTheRelay(store, patienceMs, async () => {
    const { count: unfinished, start } = await findUnfinished(store, signal);
    const reached = await relayedUpTo(store);
    if (start === undefined || reached <= (start ?? '')) return { unfinished, moved: false };
    await saveCheckpoint(store, RELAY, start ?? undefined);
    return { unfinished, moved: true };
  });
}

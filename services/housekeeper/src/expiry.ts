import {
  checkpoints,
  type EventStore,
  type Position,
  type RecordedEvent,
  saveCheckpoint,
} from '@inkstream/event-store';
import { IDEMPOTENCY_STREAM_PREFIX, keptForMs, REUSABLE_STREAM_PREFIX } from '@inkstream/job-store';
import { assertTurn } from './duty.ts';

/** How many events are examined beyond those that expired. */
const LOOKAHEAD = 1_000;

export interface ExpiryDeps {
  readonly eventStore: EventStore;
  readonly mayAct: () => boolean;
}

/** Events that hold for a while, and are forgotten then. */
interface Expiring {
  /** Of the streams that hold nothing else. */
  readonly streamPrefix: string;
  /** Where the checkpoint is kept. */
  readonly checkpoint: string;
  /** How long an event holds, ms. */
  readonly ttlOf: (event: RecordedEvent) => number;
}

async function lastCheckpoint(store: EventStore, name: string): Promise<Position | undefined> {
  for await (const { position } of checkpoints(store, name)) return position;
  return undefined;
}

/**
 * Forgets events that are older than their time to live, with all that their streams hold before them.
 *
 * It follows their log from where it ended before, so its cost grows with what expires. An event that was followed by an
 * old one is old too, even if a clock that was ahead dated it later: unless it holds for longer.
 *
 * @returns how many events it forgot.
 */
async function forgetExpired(
  { eventStore, mayAct }: ExpiryDeps,
  { streamPrefix, checkpoint, ttlOf }: Expiring,
  now: Date,
  signal: AbortSignal,
): Promise<number> {
  const after = await lastCheckpoint(eventStore, checkpoint);
  let reached: Position | undefined = after;
  let waiting: RecordedEvent[] = [];
  let forgotten = 0;
  for await (const { position, event, caughtUp } of eventStore.subscribe({ streamPrefix, after, signal })) {
    if (event) waiting.push(event);
    const ttlMs = event && ttlOf(event);
    if (ttlMs !== undefined && now.getTime() - Date.parse(event?.recordedAt ?? '') >= ttlMs) {
      assertTurn(mayAct);
      const due = waiting.filter((one) => ttlOf(one) <= ttlMs);
      for (const { stream, revision } of due) await eventStore.truncate(stream, revision + 1);
      forgotten += due.length;
      waiting = waiting.filter((one) => ttlOf(one) > ttlMs);
    }
    if (waiting.length === 0) reached = position;
    if (caughtUp || waiting.length >= LOOKAHEAD) break;
  }
  signal.throwIfAborted();
  if (reached !== undefined && reached !== after) await saveCheckpoint(eventStore, checkpoint, reached);
  return forgotten;
}

/**
 * Forgets the idempotency keys whose claims are older than their time to live: their streams hold nothing any more, and
 * the next request claims them as if they were new. A claim that was made again keeps its key.
 *
 * @param ttlMs how long a claim of a key holds, ms.
 * @returns how many claims it forgot.
 */
export const forgetExpiredKeys = (
  { ttlMs, ...deps }: ExpiryDeps & { readonly ttlMs: number },
  now: Date,
  signal: AbortSignal,
): Promise<number> =>
  forgetExpired(
    deps,
    { streamPrefix: IDEMPOTENCY_STREAM_PREFIX, checkpoint: 'idempotency-keys', ttlOf: () => ttlMs },
    now,
    signal,
  );

/**
 * Forgets where results are that are too old to be reused, each after the hours that its tenant had when it was read.
 *
 * @returns how many entries it forgot.
 */
export const forgetExpiredResults = (deps: ExpiryDeps, now: Date, signal: AbortSignal): Promise<number> =>
  forgetExpired(
    deps,
    { streamPrefix: REUSABLE_STREAM_PREFIX, checkpoint: 'reusable-results', ttlOf: keptForMs },
    now,
    signal,
  );

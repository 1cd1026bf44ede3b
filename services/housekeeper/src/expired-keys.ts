import {
  checkpoints,
  type EventStore,
  type Position,
  type RecordedEvent,
  saveCheckpoint,
} from '@inkstream/event-store';
import { IDEMPOTENCY_STREAM_PREFIX } from '@inkstream/job-store';
import { assertTurn } from './duty.ts';

const CHECKPOINT = 'idempotency-keys';
/** How many claims are examined beyond those that expired. */
const LOOKAHEAD = 1_000;

export interface ExpiryDeps {
  readonly eventStore: EventStore;
  /** How long a claim of a key holds, ms. */
  readonly ttlMs: number;
  readonly mayAct: () => boolean;
}

async function lastCheckpoint(store: EventStore): Promise<Position | undefined> {
  for await (const { position } of checkpoints(store, CHECKPOINT)) return position;
  return undefined;
}

/**
 * Forgets the idempotency keys whose claims are older than their time to live: their streams hold nothing any more, and
 * the next request claims them as if they were new. A claim that was made again keeps its key.
 *
 * It follows the log of claims from where it ended before, so its cost grows with what expires. A claim that was
 * followed by an old one is old too, even if a clock that was ahead dated it later.
 *
 * @returns how many claims it forgot.
 */
export async function forgetExpiredKeys(
  { eventStore, ttlMs, mayAct }: ExpiryDeps,
  now: Date,
  signal: AbortSignal,
): Promise<number> {
  const after = await lastCheckpoint(eventStore);
  let reached: Position | undefined = after;
  let waiting: RecordedEvent[] = [];
  let forgotten = 0;
  const streamPrefix = IDEMPOTENCY_STREAM_PREFIX;
  for await (const { position, event, caughtUp } of eventStore.subscribe({ streamPrefix, after, signal })) {
    if (event) waiting.push(event);
    if (event && now.getTime() - Date.parse(event.recordedAt) >= ttlMs) {
      assertTurn(mayAct);
      for (const { stream, revision } of waiting) await eventStore.truncate(stream, revision + 1);
      forgotten += waiting.length;
      waiting = [];
    }
    if (waiting.length === 0) reached = position;
    if (caughtUp || waiting.length >= LOOKAHEAD) break;
  }
  signal.throwIfAborted();
  if (reached !== undefined && reached !== after) await saveCheckpoint(eventStore, CHECKPOINT, reached);
  return forgotten;
}

import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';

const BATCH = 1_000;
const HOUR_MS = 3_600_000;
/** How long messages stay that every group has finished, if the topic has no retention. */
const DEFAULT_RETENTION_MS = HOUR_MS;
/** The same for a topic that no group reads: a group may still come, and begins at the start. */
const DEFAULT_UNREAD_RETENTION_MS = 7 * 24 * HOUR_MS;
/** A group without a consumer for this long no longer holds messages back. */
const FORGET_GROUP_AFTER_MS = 7 * 24 * HOUR_MS;

interface TopicRow {
  readonly id: number;
  readonly retentionMs: number | null;
  readonly compacted: number;
  /** The lowest cursor of its groups, null if there is none. */
  readonly floor: number | null;
}

/**
 * Keeps the file from growing for ever. Messages go once they are older than the topic's retention *and* finished
 * by every group: unlike Kafka's, this retention never drops work that a living group has yet to do. Of a
 * compacted topic all but the latest message of each key go.
 *
 * Returns how many messages it deleted. Deletes in small transactions, and yields to the event loop between them.
 */
export async function sweep(db: DatabaseSync, now: Date, signal: AbortSignal): Promise<number> {
  const selectTopics = db.prepare(`
    SELECT t.id, t.retention_ms AS retentionMs, t.compacted,
      (SELECT min(cursor) FROM bus_groups g WHERE g.topic = t.id AND g.seen_at > ?) AS floor
    FROM bus_topics t`);
  const compact = db.prepare(`
    DELETE FROM bus_messages WHERE topic = ?
      AND "offset" NOT IN (SELECT max("offset") FROM bus_messages WHERE topic = ? GROUP BY key)`);
  const trim = db.prepare(`
    DELETE FROM bus_messages WHERE published_at < ? AND "offset" IN
      (SELECT "offset" FROM bus_messages WHERE topic = ? AND "offset" <= ? ORDER BY "offset" LIMIT ${BATCH})`);

  let total = 0;
  const topics = selectTopics.all(now.getTime() - FORGET_GROUP_AFTER_MS) as unknown as TopicRow[];
  for (const { id, retentionMs, compacted, floor } of topics) {
    if (signal.aborted) return total;
    if (compacted) {
      total += Number(compact.run(id, id).changes);
      continue;
    }
    const keepMs = retentionMs ?? (floor === null ? DEFAULT_UNREAD_RETENTION_MS : DEFAULT_RETENTION_MS);
    for (let deleted = BATCH; deleted === BATCH; total += deleted) {
      if (signal.aborted) return total;
      const before = now.getTime() - keepMs;
      deleted = Number(trim.run(before, id, floor ?? Number.MAX_SAFE_INTEGER).changes);
      await setImmediate();
    }
  }
  return total;
}

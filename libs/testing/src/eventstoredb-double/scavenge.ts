import type { DatabaseSync } from 'node:sqlite';
import { originalOf, TOMBSTONE } from './events.ts';
import type { StreamIndex } from './stream-index.ts';
import { firstOf } from './stream-metadata.ts';

/**
 * Removes from the log what reads no longer show (8.5). The last event of a stream stays, also of one that was
 * softly deleted; of one with a tombstone that is the tombstone, and its metadata goes. So does the last event of
 * all, behind which the log goes on. Positions stay as they are.
 */
export const scavenge = (db: DatabaseSync, index: StreamIndex, now: number): void => {
  const remove = db.prepare(
    `DELETE FROM events WHERE stream_id = ? AND (revision < ? OR revision < ? AND created < ?)
      AND commit_position < (SELECT MAX(commit_position) FROM events)`,
  );
  for (const row of db.prepare('SELECT name FROM streams').all()) {
    const name = String(row.name);
    const { id, head, retention } = index.state(name);
    const original = originalOf(name);
    const isGone = original !== undefined && index.state(original).head === TOMBSTONE;
    const first = head === TOMBSTONE ? head : Math.min(firstOf(retention, head), head);
    remove.run(id, isGone ? head + 1 : first, head, now - retention.maxAgeMs);
  }
};

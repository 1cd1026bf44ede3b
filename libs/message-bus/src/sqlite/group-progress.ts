import type { DatabaseSync } from 'node:sqlite';

/** How far a group is: everything up to `cursor` is done, and beyond it the offsets in `done`. */
export interface Progress {
  readonly groupId: number;
  readonly cursor: number;
  readonly done: ReadonlySet<number>;
}

/** The progress of groups. Methods that write several rows must run within a transaction. */
export function createGroupProgress(db: DatabaseSync, now: () => Date) {
  const upsert = db.prepare(`
    INSERT INTO bus_groups (topic, name, seen_at) VALUES (?, ?, ?)
    ON CONFLICT (topic, name) DO UPDATE SET seen_at = excluded.seen_at RETURNING id, cursor`);
  const selectDone = db.prepare('SELECT "offset" FROM bus_done WHERE "group" = ?');
  const saveCursor = db.prepare('UPDATE bus_groups SET cursor = ?, seen_at = ? WHERE id = ?');
  const insertDone = db.prepare('INSERT OR IGNORE INTO bus_done ("group", "offset") VALUES (?, ?)');
  const deleteDone = db.prepare('DELETE FROM bus_done WHERE "group" = ? AND "offset" <= ?');
  const countUnfinished = db.prepare(`
    SELECT count(*) AS lag FROM bus_messages m
    LEFT JOIN bus_groups g ON g.topic = m.topic AND g.name = ?
    WHERE m.topic = ? AND m."offset" > coalesce(g.cursor, 0)
      AND NOT EXISTS (SELECT 1 FROM bus_done d WHERE d."group" = g.id AND d."offset" = m."offset")`);

  return {
    /** The progress of the group; a new one begins at the start. */
    load(topic: number, group: string): Progress {
      const row = upsert.get(topic, group, now().getTime()) as { id: number; cursor: number };
      const done = selectDone.all(row.id).map(({ offset }) => Number(offset));
      return { groupId: row.id, cursor: row.cursor, done: new Set(done) };
    },

    /** Saves that everything up to `cursor` is done, and these offsets beyond it. */
    save(groupId: number, cursor: number, done: Iterable<number>): void {
      saveCursor.run(cursor, now().getTime(), groupId);
      for (const offset of done) insertDone.run(groupId, offset);
      deleteDone.run(groupId, cursor);
    },

    markDone(groupId: number, offset: number): void {
      insertDone.run(groupId, offset);
    },

    /** How many messages of the topic are not done. */
    lag(topic: number, group: string): number {
      return Number(countUnfinished.get(group, topic)?.lag);
    },
  };
}

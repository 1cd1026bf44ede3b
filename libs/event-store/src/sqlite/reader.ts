import type { DatabaseSync } from 'node:sqlite';
import { EVENT_COLUMNS, type EventRow } from './rows.ts';

/** How many events a page holds: the database is synchronous, and must not hold the event loop for long. */
export const PAGE_EVENTS = 100;
/** How many positions of the log one page considers if most of the events are filtered out. */
const WINDOW_POSITIONS = 2_000;

/** A page of the log: the events after filtering, and the sequence number up to which it was considered. */
export interface LogPage {
  readonly events: readonly EventRow[];
  readonly considered: number;
  /** There was nothing more to read. */
  readonly last: boolean;
}

/** Reads streams and the log in pages. */
export function createReader(db: DatabaseSync) {
  const streamPage = (comparison: string, order: string) =>
    db.prepare(`
      SELECT ${EVENT_COLUMNS} FROM event_streams s JOIN event_log e ON e.stream = s.id
      WHERE s.name = ? AND e.revision ${comparison} ? ORDER BY e.revision ${order} LIMIT ?`);
  const forwards = streamPage('>=', 'ASC');
  const backwards = streamPage('<=', 'DESC');
  const selectEnd = db.prepare('SELECT max(position) AS "end" FROM event_log');
  // CROSS JOIN keeps SQLite from walking the streams first and sorting. substr and prefix both count code points.
  const selectLog = db.prepare(`
    SELECT ${EVENT_COLUMNS} FROM event_log e CROSS JOIN event_streams s ON s.id = e.stream
    WHERE e.position > ? AND e.position <= ? AND substr(s.name, 1, ?) = ?
    ORDER BY e.position LIMIT ${PAGE_EVENTS}`);

  const selectSequence = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'event_log'");

  return {
    /** The last sequence number that the log assigned, even if the event was deleted since; 0 before the first. */
    lastSequence: (): number => Number(selectSequence.get()?.seq ?? 0),

    /** A page of a stream from a revision on, that one included. */
    stream(name: string, from: number, direction: 'forwards' | 'backwards', limit: number): EventRow[] {
      const statement = direction === 'forwards' ? forwards : backwards;
      return statement.all(name, from, Math.min(limit, PAGE_EVENTS)) as unknown as EventRow[];
    },

    /** A page of the log after a sequence number. */
    log(after: number, prefix: string): LogPage {
      const end = Number(selectEnd.get()?.end ?? 0);
      if (end <= after) return { events: [], considered: after, last: true };
      const until = Math.min(end, after + WINDOW_POSITIONS);
      const events = selectLog.all(after, until, [...prefix].length, prefix) as unknown as EventRow[];
      const full = events.length === PAGE_EVENTS;
      return { events, considered: full ? events.at(-1)!.position : until, last: !full && until === end };
    },
  };
}

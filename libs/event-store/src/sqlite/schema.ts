/**
 * `event_streams` keeps the head of each stream for ever, so that numbering goes on after a truncation: `head` is
 * the last revision given, `first` the first one that is kept (`first > head`: the stream holds nothing any more).
 *
 * AUTOINCREMENT, since a position must never be given again, though the last events of the log be deleted.
 */
export const migrations = [
  `
  CREATE TABLE event_streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    head INTEGER NOT NULL,
    first INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE event_log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL REFERENCES event_streams (id),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, -- ms since 1970
    UNIQUE (stream, revision),
    UNIQUE (stream, id)
  ) STRICT;
  `,
];

/**
 * Offsets count over all topics (so they have gaps within one) and are never used again. A group has finished
 * everything up to its `cursor`, and beyond it what is listed in `bus_done`.
 */
export const migrations = [
  `
  CREATE TABLE bus_topics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    retention_ms INTEGER,
    compacted INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE bus_messages (
    "offset" INTEGER PRIMARY KEY AUTOINCREMENT,
    topic INTEGER NOT NULL REFERENCES bus_topics (id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    headers TEXT NOT NULL,
    published_at INTEGER NOT NULL -- ms since 1970
  ) STRICT;
  CREATE INDEX bus_messages_by_topic ON bus_messages (topic, "offset", key);

  CREATE TABLE bus_groups (
    id INTEGER PRIMARY KEY,
    topic INTEGER NOT NULL REFERENCES bus_topics (id),
    name TEXT NOT NULL,
    cursor INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER NOT NULL, -- ms since 1970: when it last had a consumer
    UNIQUE (topic, name)
  ) STRICT;

  CREATE TABLE bus_done (
    "group" INTEGER NOT NULL REFERENCES bus_groups (id),
    "offset" INTEGER NOT NULL,
    PRIMARY KEY ("group", "offset")
  ) STRICT, WITHOUT ROWID;
  `,
];

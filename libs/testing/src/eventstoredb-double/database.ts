import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Of the tables below: logs of older doubles can't be read. */
const VERSION = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    commit_position INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL REFERENCES streams,
    revision INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    created INTEGER NOT NULL,
    data BLOB NOT NULL,
    metadata BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS events_by_revision ON events (stream_id, revision);
`;

/**
 * Opens the log's file twice, and creates it if it is missing: what the writer has not committed yet is
 * hidden from the reader. A commit is on the disk when it returns; without `flushToDisk` it survives the death of
 * the process, but not that of the machine.
 */
export const openDatabase = (
  file: string,
  flushToDisk: boolean,
): { writer: DatabaseSync; reader: DatabaseSync } => {
  mkdirSync(dirname(file), { recursive: true });
  const writer = new DatabaseSync(file);
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON');
  writer.exec(`PRAGMA synchronous = ${flushToDisk ? 'FULL' : 'NORMAL'}`);
  writer.exec(SCHEMA);
  const { user_version: version } = { ...writer.prepare('PRAGMA user_version').get() };
  if (version === 0 && writer.prepare('SELECT 1 FROM events').get() !== undefined)
    throw new Error(`${file} is the log of an older wire double: delete it.`);
  writer.exec(`PRAGMA user_version = ${VERSION}`);
  const reader = new DatabaseSync(file, { readOnly: true });
  return { writer, reader };
};

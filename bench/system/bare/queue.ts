/** What the two processes of the usual stack share: a queue in Redis, results in SQLite. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const QUEUE = 'documents';

export interface WorkItem {
  readonly id: number;
  readonly path: string;
}

/** The Redis of the environment. BullMQ's workers want commands to be tried for ever. */
export const connection = {
  host: '127.0.0.1',
  port: Number(process.env.REDIS_PORT),
  maxRetriesPerRequest: null,
};

export const folder = process.env.DATA_DIR ?? '.';

/** Whether each step is to be on the disk before the next one begins. */
const durable = process.env.DURABLE === 'yes';

/** The jobs' table. Both processes write to it. */
export function openJobs(): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'jobs.db'), { timeout: 5_000 });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'};
    CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, name TEXT, path TEXT, status TEXT, result TEXT)`);
  return db;
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError, type Running } from '@inkstream/service-kit';

const LOCKED = /database is locked/;

/**
 * Takes the data folder for this process alone. The lock is SQLite's on a file of its own: the operating system frees
 * it when the process dies, however that happens.
 *
 * @throws ConfigError where another process has it.
 */
export function lockDataFolder(folder: string): Running {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!(error instanceof Error && LOCKED.test(error.message))) throw error;
    throw new ConfigError(`INKSTREAM_DATA_DIR: another process uses ${folder}`);
  }
  return { close: async () => db.close() };
}

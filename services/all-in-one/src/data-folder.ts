import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError, ensureDataFolder, type Logger, type Running } from '@inkstream/service-kit';
import { ensureDatabaseFile } from '@inkstream/sqlite';

const LOCKED = /database is locked/;

/**
 * Makes the data folder if it is missing, and takes it for this process alone. The lock is SQLite's on a file of its own: the operating system frees
 * it when the process dies, however that happens.
 *
 * @throws ConfigError where another process has it, or others may read it.
 */
export async function lockDataFolder(folder: string, log: Logger): Promise<Running> {
  await ensureDataFolder(folder, log);
  const file = join(folder, 'lock.db');
  ensureDatabaseFile(file);
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!(error instanceof Error && LOCKED.test(error.message))) throw error;
    throw new ConfigError(`INKSTREAM_DATA_DIR: another process uses ${folder}`);
  }
  return { close: async () => db.close() };
}

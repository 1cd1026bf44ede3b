import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  dataFolderFault,
  ensureDataFolder,
  type Logger,
  type Running,
  StartError,
} from '@inkstream/service-kit';
import { ensureDatabaseFile } from '@inkstream/sqlite';

const LOCKED = /database is locked/;

/**
 * Makes the data folder if it is missing, and takes it for this process alone. The lock is SQLite's on a file of its
 * own: the operating system frees it when the process dies, however that happens.
 *
 * @throws StartError if another process has it, or this one cannot use it; ConfigError if others may read it.
 */
export async function lockDataFolder(folder: string, log: Logger): Promise<Running> {
  await ensureDataFolder(folder, log);
  const file = join(folder, 'lock.db');
  let db: DatabaseSync | undefined;
  try {
    ensureDatabaseFile(file);
    const lock = new DatabaseSync(file, { timeout: 0 });
    db = lock;
    lock.exec('BEGIN EXCLUSIVE');
    return { close: async () => lock.close() };
  } catch (error) {
    db?.close();
    if (!(error instanceof Error && LOCKED.test(error.message))) throw dataFolderFault(folder, error);
    throw new StartError(`INKSTREAM_DATA_DIR: another process uses ${folder}`);
  }
}

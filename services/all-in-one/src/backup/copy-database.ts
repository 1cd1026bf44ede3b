import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { ensureDatabaseFile } from '@inkstream/sqlite';

/**
 * Copies a SQLite file as it is at one moment, in one read transaction: whoever writes to it goes on writing. The copy is
 * its owner's alone, is on the disk once this resolves, and holds nothing of rows that were deleted (`VACUUM INTO`).
 *
 * @throws Error if it is damaged, or there is a file at `to` that is not empty.
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  ensureDatabaseFile(to);
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
  assertSound(to);
  const file = await open(to, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function assertSound(file: string): void {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (found !== 'ok') throw new Error(`${file} is damaged: ${found}`);
  } finally {
    db.close();
  }
}

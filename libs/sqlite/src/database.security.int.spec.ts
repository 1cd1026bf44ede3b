import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureDatabaseFile, openDatabase } from './index.ts';

it('nobody but its owner can read a database, its logs and its folders, whatever the umask', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-sqlite-'));
  const umask = process.umask(0);
  try {
    const db = openDatabase(join(folder, 'a', 'b', 'some.db'));
    db.exec('CREATE TABLE t (x)');
    const modes: Record<string, string> = {};
    for (const path of await readdir(folder, { recursive: true }))
      modes[path] = ((await stat(join(folder, path))).mode & 0o777).toString(8);
    expect(modes).toEqual({
      a: '700',
      'a/b': '700',
      'a/b/some.db': '600',
      'a/b/some.db-wal': '600',
      'a/b/some.db-shm': '600',
    });
    db.close();
  } finally {
    process.umask(umask);
    await rm(folder, { recursive: true });
  }
});

it('a database that is there keeps what it holds, and its locks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-sqlite-'));
  const file = join(folder, 'some.db');
  const first = openDatabase(file);
  first.exec('CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1)');
  ensureDatabaseFile(file);
  const second = openDatabase(file);
  second.exec('PRAGMA busy_timeout = 0');
  expect(() => second.exec('BEGIN IMMEDIATE')).toThrow('locked');
  first.exec('COMMIT');
  expect(second.prepare('SELECT x FROM t').all()).toEqual([{ x: 1 }]);
  for (const db of [first, second]) db.close();
  await rm(folder, { recursive: true });
});

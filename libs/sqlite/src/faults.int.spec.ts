import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { mountSmallDisk } from '@inkstream/testing';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase, transaction } from './database.ts';
import { assertRoom, isDatabaseFault, isFull } from './faults.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-sqlite-'));
});
afterEach(() => rm(folder, { recursive: true }));

const faultOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

it('tells a database without room from one that is broken', () => {
  const db = openDatabase(join(folder, 'small.db'));
  db.exec('CREATE TABLE t (b BLOB); PRAGMA max_page_count = 10');
  const full = faultOf(() => db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run());
  expect([isDatabaseFault(full), isFull(full as Error)]).toEqual([true, true]);
  const broken = faultOf(() => db.exec('SELECT * FROM nowhere'));
  expect([isDatabaseFault(broken), isFull(broken as Error)]).toEqual([true, false]);
  db.close();
});

const disk = await mountSmallDisk(8);
afterAll(() => disk?.close());

it.runIf(disk)('says that the disk is full, rolls back, and goes on once there is room', async () => {
  const file = join(disk?.folder ?? '', 'data.db');
  const db = openDatabase(file);
  db.exec('CREATE TABLE t (b BLOB)');
  await expect(assertRoom(file)).resolves.toBeUndefined();
  await disk?.fill();
  await expect(assertRoom(file)).rejects.toSatisfy(isFull);
  const insert = () => transaction(db, () => db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run());
  expect(faultOf(insert)).toSatisfy(isFull);
  await disk?.free();
  expect(insert().changes).toBe(1);
  expect(new DatabaseSync(file).prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 1 });
  db.close();
});

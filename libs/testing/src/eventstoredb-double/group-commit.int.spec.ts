import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GroupCommit } from './group-commit.ts';

let db: DatabaseSync;
let commits: GroupCommit;
const on = { commit: vi.fn(), rollback: vi.fn() };
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (x INTEGER PRIMARY KEY, y INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)');
  commits = new GroupCommit(db, on);
  vi.clearAllMocks();
});
afterEach(() => db.close());
const insert = (x: number, y: number | null = null) =>
  commits.run(() => Number(db.prepare('INSERT INTO t VALUES (?, ?)').run(x, y).lastInsertRowid));
const stored = () =>
  db
    .prepare('SELECT x FROM t')
    .all()
    .map(({ x }) => x);

describe('a group commit', () => {
  it('makes the writes of one turn durable together, and answers each after that', async () => {
    const writes = [insert(1), insert(2)];
    expect(on.commit).not.toHaveBeenCalled();
    expect(await Promise.all(writes)).toEqual([1, 2]);
    expect(on.commit).toHaveBeenCalledTimes(1);
    await insert(3);
    expect(on.commit).toHaveBeenCalledTimes(2);
  });

  it('answers none as done if one of them throws, and keeps nothing of the group', async () => {
    const settled = await Promise.allSettled([insert(1), insert(1)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(stored()).toEqual([]);
    expect(on.rollback).toHaveBeenCalledTimes(1);
    await insert(2);
    expect(stored()).toEqual([2]);
  });

  it('answers none as done if the commit itself fails', async () => {
    const settled = await Promise.allSettled([insert(1), insert(2, 99)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([stored(), db.isTransaction]).toEqual([[], false]);
    expect(on.rollback).toHaveBeenCalledTimes(1);
    await insert(3);
    expect(stored()).toEqual([3]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDatabaseFault, migrate, openDatabase, transaction } from './index.ts';

let folder: string;
let file: string;
const opened: DatabaseSync[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-sqlite-'));
  file = join(folder, 'a', 'b', 'some.db');
});
afterEach(async () => {
  for (const db of opened.splice(0)) if (db.isOpen) db.close();
  await rm(folder, { recursive: true });
});
const open = () => {
  const db = openDatabase(file);
  opened.push(db);
  return db;
};
const faultOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('openDatabase', () => {
  it('makes the file and its folders, with a log, foreign keys and real deletion', () => {
    const db = open();
    const pragma = (name: string) => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(1);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('secure_delete')).toBe(1);
  });
});

describe('transaction', () => {
  it('commits all or nothing, and has ended either way', () => {
    const db = open();
    db.exec('CREATE TABLE t (x)');
    expect(transaction(db, () => db.prepare('INSERT INTO t VALUES (1)').run().changes)).toBe(1);
    const fault = new Error('thought better of it');
    const failing = () =>
      transaction(db, () => {
        db.exec('INSERT INTO t VALUES (2)');
        throw fault;
      });
    expect(failing).toThrow(fault);
    expect(db.isTransaction).toBe(false);
    expect(open().prepare('SELECT x FROM t').all()).toEqual([{ x: 1 }]);
  });
});

describe('isDatabaseFault', () => {
  it('distinguishes errors of SQLite from others', () => {
    const db = open();
    expect(isDatabaseFault(faultOf(() => db.exec('NONSENSE')))).toBe(true);
    db.close();
    expect(isDatabaseFault(faultOf(() => db.exec('SELECT 1')))).toBe(true);
    expect(isDatabaseFault(faultOf(() => new DatabaseSync(folder)))).toBe(true);
    expect(isDatabaseFault(new Error('else'))).toBe(false);
    expect(isDatabaseFault('ERR_SQLITE_ERROR')).toBe(false);
  });
});

describe('migrate', () => {
  const first = 'CREATE TABLE t (x); INSERT INTO t VALUES (1)';
  const second = 'ALTER TABLE t ADD COLUMN y; UPDATE t SET y = x * 10';
  const rows = (db: DatabaseSync) => db.prepare('SELECT * FROM t').all();

  it('brings an older file up to date, keeps what it holds, and runs each migration once', () => {
    migrate(open(), 'part', [first]);
    for (const db of [open(), open()]) {
      migrate(db, 'part', [first, second]);
      expect(rows(db)).toEqual([{ x: 1, y: 10 }]);
    }
  });

  it('counts the versions of each component by itself', () => {
    const db = open();
    migrate(db, 'part', [first]);
    migrate(db, 'other', ['CREATE TABLE other (x)', 'INSERT INTO other VALUES (1)']);
    migrate(db, 'part', [first, second]);
    expect(rows(db)).toEqual([{ x: 1, y: 10 }]);
  });

  it('keeps the previous version if a migration fails, and goes on from there', () => {
    const db = open();
    expect(() => migrate(db, 'part', [first, 'UPDATE t SET x = 7; NONSENSE'])).toThrow();
    expect(rows(db)).toEqual([{ x: 1 }]);
    migrate(db, 'part', [first, second]);
    expect(rows(db)).toEqual([{ x: 1, y: 10 }]);
  });

  it('does not touch a file that a newer release wrote', () => {
    const db = open();
    migrate(db, 'part', [first, second]);
    expect(() => migrate(db, 'part', [first])).toThrow('version 2, newer than 1');
    expect(rows(db)).toEqual([{ x: 1, y: 10 }]);
  });

  it('refuses a file that is too old to be migrated', () => {
    const since = { firstVersion: 3, since: '0.2.0' };
    const db = open();
    migrate(db, 'part', [first]);
    expect(() => migrate(db, 'part', [first], since)).toThrow('made by a release before 0.2.0');
    migrate(db, 'new', ['CREATE TABLE new (x)'], since);
    migrate(db, 'new', ['CREATE TABLE new (x)', 'CREATE TABLE newer (x)'], since);
    expect(() => migrate(db, 'new', ['CREATE TABLE new (x)'], since)).toThrow('version 4, newer than 3');
  });
});

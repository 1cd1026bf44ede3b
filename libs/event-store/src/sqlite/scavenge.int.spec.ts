import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@inkstream/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { events, follow } from '../contract/subject.ts';
import type { EventStore } from '../event-store.ts';
import { openSqliteEventStore, openSqliteScavenger } from './index.ts';

const STREAMS = 300;
/** https://sqlite.org/fileformat2.html#b_tree_pages */
const LEAF_OF_TABLE = 13;
const { signal } = new AbortController();
const secretOf = (n: number) => `tierarztrechnung-${n}.pdf`;

/** Writes between the cell pointers and the cells of a page, where SQLite leaves what was there before. */
function plant(file: string, trace: string): void {
  const db = readFileSync(file);
  const pageBytes = db.readUInt16BE(16);
  for (let page = pageBytes; page < db.length; page += pageBytes) {
    const [pointersEnd, cellsStart] = [8 + 2 * db.readUInt16BE(page + 3), db.readUInt16BE(page + 5)];
    if (db[page] !== LEAF_OF_TABLE || cellsStart - pointersEnd < trace.length) continue;
    db.write(trace, page + pointersEnd);
    writeFileSync(file, db);
    return;
  }
  throw new Error('No page has room');
}

describe('a scavenge of the SQLite files', () => {
  let folder: string;
  let file: string;
  let store: EventStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-scavenge-'));
    file = join(folder, 'events.db');
    store = await openSqliteEventStore({ file });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const bytes = () =>
    [file, `${file}-wal`].map((path) => readFileSync(path, { encoding: 'latin1' })).join('\n');
  const append = async (n: number) => {
    const some = events(4).map((one) => ({ ...one, data: { name: secretOf(n), pad: 'x'.repeat(n) } }));
    await store.append(`s${n}`, [...some, ...events(1)], { expected: 'no_stream' });
  };

  it('leaves no name of what was truncated, nor of rows that SQLite had moved', async () => {
    for (let n = 0; n < STREAMS; n++) await append(n);
    const gone = Array.from({ length: STREAMS }, (_, n) => (n * 7919) % STREAMS).slice(0, STREAMS - 50);
    for (const n of gone) await store.truncate(`s${n}`, 4);
    await store.close();
    plant(file, secretOf(gone[0]!));
    store = await openSqliteEventStore({ file });
    expect(bytes().includes(secretOf(gone[0]!))).toBe(true);
    const scavenger = openSqliteScavenger([file]);
    expect(await scavenger.copies(signal)).toEqual(['events.db']);
    const before = statSync(file).size;
    await scavenger.scavenge('events.db', signal);
    const after = bytes();
    expect(gone.filter((n) => after.includes(secretOf(n)))).toEqual([]);
    expect(statSync(file).size).toBeLessThan(before);
  });

  it('keeps what is not truncated, its positions, and the store that has the file open', async () => {
    const before = await store.append('s', events(3), { expected: 'no_stream' });
    await store.truncate('s', 2);
    const follower = follow(store, {});
    const [kept] = await follower.ids(1);
    await openSqliteScavenger([file]).scavenge('events.db', signal);
    const next = await store.append('s', events(1), { expected: 2 });
    expect(String(next.position) > String(before.position)).toBe(true);
    expect((await follower.ids(2))[0]).toBe(kept);
    expect(follower.events().map(({ revision }) => revision)).toEqual([2, 3]);
    await follower.stop();
  });

  it('is a transient error while another one holds the file', async () => {
    const other = openDatabase(file);
    other.exec('BEGIN IMMEDIATE');
    const scavenged = openSqliteScavenger([file]).scavenge('events.db', signal);
    await expect(scavenged).rejects.toMatchObject({ name: 'EventStoreUnavailableError', transient: true });
    other.close();
    await openSqliteScavenger([file]).scavenge('events.db', signal);
  });
});

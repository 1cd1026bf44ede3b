import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@inkstream/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, events, follow, idsOf, toArray } from '../contract/subject.ts';
import { eventStoreContract } from '../contract.ts';
import type { EventStore } from '../event-store.ts';
import { openSqliteEventStore } from './index.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'inkstream-event-store-'));

eventStoreContract('SQLite', async () => {
  const folder = await makeFolder();
  const connect = () => openSqliteEventStore({ file: join(folder, 'events.db') });
  return { store: await connect(), connect, remove: () => rm(folder, { recursive: true }) };
});

/** How many transactions a write-ahead log holds (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). */
function commitsIn(wal: Buffer): number {
  const frameBytes = 24 + wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let commits = 0;
  for (let at = 32; at + frameBytes <= wal.length; at += frameBytes) {
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
    if (wal.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}

describe('the SQLite event store', () => {
  let folder: string;
  let file: string;
  let store: EventStore;
  let warnings: string[];
  beforeEach(async () => {
    folder = await makeFolder();
    file = join(folder, 'events.db');
    warnings = [];
    const log = { warn: (_: object, message: string) => void warnings.push(message) };
    store = await openSqliteEventStore({ file, log });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const commits = () => commitsIn(readFileSync(`${file}-wal`));
  const sql = (text: string) => {
    const db = openDatabase(file);
    db.exec(text);
    db.close();
  };
  const append = (stream: string, some = [event()]) => store.append(stream, some, { expected: 'any' });
  const unavailable = { name: 'EventStoreUnavailableError', transient: true };

  it('commits together what is appended together, and each lone append by itself', async () => {
    const before = commits();
    await Promise.all(Array.from({ length: 100 }, (_, n) => append(`s${n}`)));
    expect(commits() - before).toBe(1);
    const write = async (writer: number) => {
      for (let n = 0; n < 10; n++) await append(`w${writer}`);
    };
    await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
    expect(commits() - before).toBeLessThanOrEqual(1 + 20);
    const serial = commits();
    for (let n = 0; n < 5; n++) await append('serial');
    expect(commits() - serial).toBe(5);
  });

  it('rejects only the wrong writer of those that share a commit', async () => {
    const [good, wrong, alsoGood] = await Promise.allSettled([
      append('a'),
      store.append('a', [event()], { expected: 'no_stream' }),
      append('a'),
    ]);
    expect([good.status, wrong.status, alsoGood.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await toArray(store.read('a'))).toHaveLength(2);
  });

  it('writes nothing of a group whose commit fails, and works again afterwards', async () => {
    sql(`CREATE TRIGGER fault BEFORE INSERT ON event_log WHEN NEW.type = 'Cursed'
      BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
    const cursed = { ...event(), type: 'Cursed' };
    const group = await Promise.allSettled([append('a'), append('b', [event(), cursed])]);
    for (const result of group) expect(result).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(await toArray(store.read('a'))).toEqual([]);
    sql('DROP TRIGGER fault');
    expect((await append('b', [event(), cursed])).revision).toBe(1);
  });

  it('goes on with a subscription once the database answers again', async () => {
    const before = event();
    await append('s', [before]);
    const follower = follow(store, {});
    await follower.caughtUp();
    sql('ALTER TABLE event_log RENAME TO gone');
    await expect.poll(() => warnings.length, { timeout: 5_000 }).toBeGreaterThan(0);
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    sql('ALTER TABLE gone RENAME TO event_log');
    const after = event();
    await append('s', [after]);
    expect(await follower.ids(2)).toEqual(idsOf([before, after]));
    await follower.stop();
  });

  it('commits what is queued before it closes, and ends its subscriptions', async () => {
    const follower = follow(store, {});
    await follower.caughtUp();
    const one = event();
    const appended = append('s', [one]);
    await store.close();
    expect((await appended).revision).toBe(0);
    await follower.stop();
    store = await openSqliteEventStore({ file });
    expect(idsOf(await toArray(store.read('s')))).toEqual([one.id]);
  });

  it('leaves no byte of a truncated event in the file or its log', async () => {
    const secret = 'schwarzwälder-kirschtorte';
    const holders = () =>
      [file, `${file}-wal`].filter((path) => readFileSync(path).includes(Buffer.from(secret)));
    await append('s', [event({ secret }), event({ secret: secret.repeat(2_000) }), event()]);
    expect(holders()).not.toEqual([]);
    await store.truncate('s', 2);
    expect(holders()).toEqual([]);
    const follower = follow(store, {});
    await follower.caughtUp();
    expect(follower.events().map(({ revision }) => revision)).toEqual([2]);
    await follower.stop();
  });

  it('never uses a position again, even if the end of the log is deleted', async () => {
    const { position = '' } = await append('s', events(3));
    await store.truncate('s', 3);
    await store.close();
    store = await openSqliteEventStore({ file });
    const { position: next = '' } = await append('s');
    expect(next > position).toBe(true);
  });

  it('never lets the recorded time go backwards', async () => {
    const times = [5_000, 9_000, 5_000, 10_000];
    await store.close();
    store = await openSqliteEventStore({ file, now: () => new Date(times.shift() ?? 0) });
    for (let n = 0; n < 4; n++) await append('s');
    const recorded = (await toArray(store.read('s'))).map(({ recordedAt }) => Date.parse(recordedAt));
    expect(recorded).toEqual([5_000, 9_000, 9_000, 10_000]);
  });

  it('records the right time again after a clock that was an hour ahead', async () => {
    const times = [1_000, 3_601_000, 2_000, 3_000];
    await store.close();
    store = await openSqliteEventStore({ file, now: () => new Date(times.shift() ?? 0) });
    for (let n = 0; n < 4; n++) await append('s');
    const recorded = (await toArray(store.read('s'))).map(({ recordedAt }) => Date.parse(recordedAt));
    expect(recorded).toEqual([1_000, 3_601_000, 2_000, 3_000]);
  });

  it('tells a subscriber to a few streams how far it has looked', async () => {
    for (let n = 0; n < 5; n++) await append('other', events(900));
    await append('mine');
    const follower = follow(store, { streamPrefix: 'mine' });
    await follower.caughtUp();
    const kinds = follower.steps.map((step) =>
      step.event ? 'event' : step.caughtUp ? 'caught up' : 'looked',
    );
    expect(kinds).toEqual(['looked', 'looked', 'event', 'caught up']);
    await follower.stop();
  });

  it('shares its file with a second opening, and with the tables of others', async () => {
    sql('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
    await append('s');
    const second = await openSqliteEventStore({ file });
    expect((await second.append('s', [event()], { expected: 0 })).revision).toBe(1);
    expect((await append('s')).revision).toBe(2);
    await second.close();
  });

  it('refuses a file of a newer release, and is unavailable if it has no file', async () => {
    sql("UPDATE schema_migrations SET version = 99 WHERE component = 'event-store'");
    await expect(openSqliteEventStore({ file })).rejects.toThrow('newer');
    await expect(openSqliteEventStore({ file: folder })).rejects.toMatchObject(unavailable);
  });
});

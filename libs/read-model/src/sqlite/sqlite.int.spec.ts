import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@inkstream/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, query, tombstone, view } from '../contract/subject.ts';
import { readModelContract } from '../contract.ts';
import { SORT_FIELDS } from '../read-model.ts';
import { searchKey, searchText } from '../search-text.ts';
import { activeGeneration } from './generations.ts';
import { openSqliteReadModel } from './index.ts';
import { byReading, pageByIndex } from './list-jobs.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'inkstream-read-model-'));

readModelContract('SQLite', async () => {
  const folder = await makeFolder();
  const connect = () => openSqliteReadModel({ file: join(folder, 'readmodel.db') });
  return { model: await connect(), connect, remove: () => rm(folder, { recursive: true }) };
});

describe('the SQLite read model', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await makeFolder();
    file = join(folder, 'readmodel.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('serves every listing from an index, without a sort', async () => {
    await (await openSqliteReadModel({ file })).close();
    const db = openDatabase(file);
    const generation = activeGeneration(db);
    for (const field of SORT_FIELDS)
      for (const direction of ['asc', 'desc'] as const)
        for (const status of [undefined, 'running'] as const)
          for (const key of [null, 'X']) {
            const query = { page: 3, limit: 20, sort: { field, direction }, status };
            const { text, values } = pageByIndex(generation, query, key);
            const plan = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values);
            const steps = plan.map(({ detail }) => String(detail));
            expect(steps).toHaveLength(1);
            expect(steps[0]).toMatch(
              status ? /^SEARCH .* USING INDEX .*\(status=\?/ : /^SCAN .* USING INDEX /,
            );
          }
    for (const status of [undefined, 'running']) {
      const { text, values } = byReading(generation, 'X', status);
      const [step] = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values);
      expect(step?.detail).toMatch(/USING COVERING INDEX/);
    }
    db.close();
  });

  it('finds the same in the same order, whether few match or more than can be sorted', async () => {
    const model = await openSqliteReadModel({ file });
    const views = Array.from({ length: 2_400 }, (_, n) => {
      const id = n + 1;
      const status = id % 50 === 0 ? ('completed' as const) : ('running' as const);
      return view(id, {
        name: `${id % 7} ${id % 8 === 0 ? 'tour' : 'trip'} ${id % 100}`,
        status,
        createdAt: at(id % 50),
        updatedAt: at(id),
      });
    });
    await model.replace(views.map((one) => ({ view: one, over: null })));
    await model.replace([{ view: tombstone(views.length, 2), over: 1 }]);
    const listed = views.slice(0, -1).map((one) => ({ ...one, text: searchText(one) }));
    for (const search of ['trip', 'ip', 'trip 77', '77', 'nothing', '\u00e9'])
      for (const status of [undefined, 'running'] as const)
        for (const field of ['name', 'status', 'createdAt'] as const) {
          const found = listed
            .filter((one) => one.text.includes(searchKey(search)) && (!status || one.status === status))
            .sort((a, b) => (a[field] < b[field] ? 1 : a[field] > b[field] ? -1 : b.id - a.id));
          for (const page of [1, 4, 400]) {
            const asked = query({ search, status, page, sort: { field, direction: 'desc' } });
            const { data, total } = await model.list(asked);
            expect([search, status, total]).toEqual([search, status, found.length]);
            const expected = found.slice((page - 1) * 20, page * 20).map(({ id }) => id);
            expect(data.map(({ id }) => id)).toEqual(expected);
          }
        }
    await model.close();
  });

  it('keeps no byte of the names of what was deleted, in the log as little as in the tables', async () => {
    const model = await openSqliteReadModel({ file });
    const holds = async (name: string) =>
      (await Promise.all((await readdir(folder)).map((one) => readFile(join(folder, one))))).some((bytes) =>
        bytes.includes(name),
      );
    const [job, kept] = [view(1, { name: 'Confidential' }), view(2, { name: 'Public' })];
    await model.replace([job, kept].map((one) => ({ view: one, over: null })));
    expect([await holds('Confidential'), await holds('CONFIDENTIAL')]).toEqual([true, true]);
    await model.replace([{ view: tombstone(1, job.revision + 1), over: job.revision }]);
    expect([await holds('Confidential'), await holds('CONFIDENTIAL')]).toEqual([false, false]);
    expect(await holds('Public')).toBe(true);
    await model.close();
  });

  it('drops the tables of an interrupted generation when it opens, and says so', async () => {
    const before = await openSqliteReadModel({ file });
    const interrupted = await before.startGeneration();
    await before.close();
    const warnings: object[] = [];
    const after = await openSqliteReadModel({
      file,
      log: { warn: (details) => void warnings.push(details) },
    });
    expect(warnings).toEqual([{ file, dropped: 1 }]);
    const db = openDatabase(file);
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'jobs\\__' ESCAPE '\\'").all();
    expect(tables.map(({ name }) => name)).toEqual(['jobs_1']);
    db.close();
    await expect(interrupted.activate()).rejects.toMatchObject({ name: 'ReadModelUnavailableError' });
    await after.close();
  });

  it('is unavailable where the file is a folder', async () => {
    await expect(openSqliteReadModel({ file: folder })).rejects.toMatchObject({
      name: 'ReadModelUnavailableError',
    });
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { migrate, openDatabase } from '@inkstream/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addExecutions,
  addJobs,
  execution,
  executionQuery,
  job,
  jobQuery,
  putJob,
  tombstone,
} from '../contract/subject.ts';
import { readModelContract } from '../contract.ts';
import { type JobQuery, SORT_FIELDS } from '../read-model.ts';
import { activeGeneration } from './generations.ts';
import { openSqliteReadModel } from './index.ts';
import { listOf as executionListOf } from './list-executions.ts';
import { listOf as jobListOf } from './list-jobs.ts';
import { entries, type Sql } from './walk.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'inkstream-read-model-'));

readModelContract('SQLite', async (limits) => {
  const folder = await makeFolder();
  const connect = () =>
    openSqliteReadModel({ file: join(folder, 'readmodel.db'), ...(limits && { limits }) });
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

  /** The steps of a plan. */
  const planOf = (db: DatabaseSync, { text, values }: Sql) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all(...values)
      .map(({ detail }) => String(detail));

  it('serves every list of jobs from an index that begins with the tenant, without a sort', async () => {
    await (await openSqliteReadModel({ file })).close();
    const db = openDatabase(file);
    const g = activeGeneration(db);
    for (const field of SORT_FIELDS)
      for (const direction of ['asc', 'desc'] as const)
        for (const status of [undefined, 'running'] as const) {
          const list = jobListOf(g, jobQuery({ sort: { field, direction }, status }));
          const [step, ...others] = planOf(db, entries(list, list.columns, list.common, 20, 40));
          expect(others).toEqual([]);
          expect(step).toMatch(/^SEARCH jobs_\d+ USING INDEX \w+ \(tenant=\?/);
          if (status) expect(step).toContain('status=?');
        }
    db.close();
  });

  it('serves every list of executions from an index that begins with the tenant, without a sort', async () => {
    await (await openSqliteReadModel({ file })).close();
    const db = openDatabase(file);
    const g = activeGeneration(db);
    for (const status of [undefined, 'failed'] as const)
      for (const provider of [undefined, 'paddle'])
        for (const errorCode of [undefined, 'timeout'] as const) {
          const list = executionListOf(g, executionQuery({ status, provider, errorCode }));
          const [step, ...others] = planOf(db, entries(list, list.columns, list.common, 20, 0));
          expect(others).toEqual([]);
          expect(step).toMatch(/^SEARCH executions_\d+ USING INDEX \w+ \(tenant=\?/);
        }
    db.close();
  });

  it('looks at no more entries for a page of a search than the limit, however late the matches are', async () => {
    const model = await openSqliteReadModel({ file, limits: { counted: 10, examined: 100 } });
    const views = Array.from({ length: 1_000 }, (_, n) =>
      job(n + 1, { name: n < 700 ? 'early' : 'late yy' }),
    );
    await addJobs(model, ...views);
    for (const search of ['late', 'yy']) {
      let start: JobQuery['start'] = { page: 1 };
      const sizes: number[] = [];
      for (;;) {
        const { data, next } = await model.listJobs(jobQuery({ search, start, limit: 50 }));
        sizes.push(data.length);
        if (next === null) break;
        start = { cursor: next };
      }
      expect(sizes).toEqual([0, 0, 0, 0, 0, 0, 0, 50, 50, 50, 50, 50, 50]);
    }
    await model.close();
  });

  it('refuses a file that a release before 0.2.0 made', async () => {
    const db = openDatabase(file);
    migrate(db, 'read-model', ['CREATE TABLE jobs_1 (id INTEGER PRIMARY KEY)']);
    db.close();
    await expect(openSqliteReadModel({ file })).rejects.toThrow(/was made by a release before 0\.2\.0/);
  });

  it('keeps no byte of the names of what was deleted, in the log as little as in the tables', async () => {
    const model = await openSqliteReadModel({ file });
    const holds = async (name: string) =>
      (await Promise.all((await readdir(folder)).map((one) => readFile(join(folder, one))))).some((bytes) =>
        bytes.includes(name),
      );
    await addJobs(model, job(1, { name: 'Confidential' }), job(2, { name: 'Public' }));
    expect([await holds('Confidential'), await holds('CONFIDENTIAL')]).toEqual([true, true]);
    await putJob(model, tombstone(1));
    expect([await holds('Confidential'), await holds('CONFIDENTIAL')]).toEqual([false, false]);
    expect(await holds('Public')).toBe(true);
    await model.close();
  });

  it('keeps no byte of the name of a deleted file, nor of what went wrong with it', async () => {
    const model = await openSqliteReadModel({ file });
    const holds = async (name: string) =>
      (await Promise.all((await readdir(folder)).map((one) => readFile(join(folder, one))))).some((bytes) =>
        bytes.includes(name),
      );
    const files = ['Confidential.png', 'Public.png'].map((originalName, n) => ({
      ...job(1).files[0]!,
      id: n + 1,
      originalName,
    }));
    await addJobs(model, job(1, { files: files.toReversed() }));
    const error = { code: 'invalid_result', message: 'Unlikely text' } as const;
    await addExecutions(model, execution(1, 1, { error }));
    expect([await holds('Confidential'), await holds('Unlikely')]).toEqual([true, true]);
    const [stored] = await model.executionsOf(1);
    await model.replaceExecutions([{ view: execution(1, 1, { removed: true }), over: stored!.version }]);
    await putJob(model, job(1, { files: files.slice(1), revision: 2 }));
    expect([await holds('Confidential'), await holds('CONFIDENTIAL'), await holds('Unlikely')]).toEqual([
      false,
      false,
      false,
    ]);
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

  it('is unavailable if the file is a folder', async () => {
    await expect(openSqliteReadModel({ file: folder })).rejects.toMatchObject({
      name: 'ReadModelUnavailableError',
    });
  });
});

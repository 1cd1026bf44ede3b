import { type Document, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addExecutions,
  addJobs,
  at,
  execution,
  executionQuery,
  job,
  jobQuery,
  putJob,
  tombstone,
  walkJobs,
} from '../contract/subject.ts';
import { type JobPage, type JobQuery, SORT_FIELDS } from '../read-model.ts';
import { searchKey, searchText } from '../search-text.ts';
import { COUNT_INDEXES } from './collections.ts';
import { EXECUTION_INDEXES } from './execution-document.ts';
import { mongoClients } from './index.ts';
import { JOB_INDEXES } from './job-document.ts';
import { MongoReadModel } from './mongo-read-model.ts';
import { storeName, type TestDatabase, testDatabase } from './spec-support/database.ts';
import { type Indexes, queryOf, whyNotPlanned, whyNotServed } from './spec-support/served-by-index.ts';

/** More than may be looked at for one page. */
const JOBS = 1_200;
const LIMITS = { counted: 100, examined: 400 };
const NO_SUCH_COMMAND = 59;

const views = Array.from({ length: JOBS }, (_, n) => {
  const id = n + 1;
  return job(id, {
    name: `${id % 7} ${id % 8 === 0 ? 'tour' : 'trip'} ${id % 100}`,
    status: id % 50 === 0 ? 'completed' : 'running',
    createdAt: at(id % 50),
    updatedAt: at(id),
  });
});

describe(`listings of the read model in ${storeName}`, () => {
  let database: TestDatabase;
  let model: MongoReadModel;
  let clients: ReturnType<typeof mongoClients>;
  const sent: Document[] = [];
  beforeAll(async () => {
    database = testDatabase();
    clients = mongoClients(database.url, { monitorCommands: true });
    model = new MongoReadModel(clients, LIMITS, undefined);
    await addJobs(model, ...views);
    await putJob(model, tombstone(JOBS, 2));
    await addExecutions(model, ...views.map(({ id }) => execution(id, 1)));
    clients.client.on('commandStarted', ({ command }) => sent.push(command));
  });
  afterAll(async () => {
    await model.close();
    await database.drop();
  });

  it('find the same in the same order, whether few match or more than may be looked at', async () => {
    const listed = views.slice(0, -1).map((one) => ({ ...one, text: searchText(one) }));
    for (const search of ['trip', 'ip', 'trip 77', '\u00e9', 'a.*|(['])
      for (const status of [undefined, 'running'] as const)
        for (const field of ['name', 'status'] as const) {
          const found = listed
            .filter((one) => one.text.includes(searchKey(search)) && (!status || one.status === status))
            .sort((a, b) => (a[field] < b[field] ? 1 : a[field] > b[field] ? -1 : b.id - a.id))
            .map(({ id }) => id);
          const asked = { search, status, limit: 200, sort: { field, direction: 'desc' } } as const;
          expect([search, await walkJobs(model, asked)]).toEqual([search, found]);
        }
  });

  /** Every query that the adapter sends, of each kind. */
  async function queriesSent(): Promise<Document[]> {
    sent.length = 0;
    for (const field of SORT_FIELDS)
      for (const direction of ['asc', 'desc'] as const)
        for (const status of [undefined, 'running'] as const)
          for (const search of [undefined, 'trip']) {
            const asked = { sort: { field, direction }, status, search };
            const { next } = await model.listJobs(jobQuery({ ...asked, start: { page: 2 } }));
            await model.listJobs(jobQuery({ ...asked, start: { cursor: next! } }));
          }
    for (const search of ['trip 77', 't', 'nothing']) await model.listJobs(jobQuery({ search }));
    for (const status of [undefined, 'pending'] as const)
      for (const provider of [undefined, 'paddle'])
        for (const errorCode of [undefined, 'timeout'] as const)
          for (const jobId of [undefined, 1])
            await model.listExecutions(executionQuery({ status, provider, errorCode, jobId }));
    const versions = [...(await model.getJobs([1, 2]))].map(([, { version }]) => version);
    await model.getExecutions([{ jobId: 1, executionId: 1 }]);
    await model.executionsOf(1);
    await model.summarise([1, 2]);
    const unfinished = await model.unfinishedExecutions(at(9), 10);
    await model.unfinishedExecutions(at(9), 10, unfinished.at(-1));
    await model.dropExecutions([JOBS]);
    for await (const _ of model.allJobs()) break;
    const replacements = [1, 2].map((id) => ({ view: job(id), over: id === 1 ? versions[0]! : 99 }));
    expect(await model.replaceJobs(replacements)).toEqual([true, false]);
    return [...sent];
  }

  it('and all other queries are served by an index: none scans a collection, none sorts', async () => {
    const expected = { jobs: JOB_INDEXES, executions: EXECUTION_INDEXES, counts: COUNT_INDEXES };
    const indexes: Indexes = Object.fromEntries(
      await Promise.all(
        Object.entries(expected).map(async ([name, own]) => {
          const there = await clients.client.db().collection(`${name}_1`).indexes();
          expect(there.map((one) => one.name).sort()).toEqual(['_id_', ...own.map((one) => one.name)].sort());
          return [name, Object.fromEntries(there.map((one) => [one.name, one.key]))];
        }),
      ),
    );
    const explain = async ({ lsid: _, $db: __, $clusterTime: ___, ...command }: Document) => {
      try {
        return await clients.client.db().command({ explain: command, verbosity: 'queryPlanner' });
      } catch (error) {
        if (error instanceof MongoServerError && error.code === NO_SUCH_COMMAND) return null;
        throw error;
      }
    };
    const queries = (await queriesSent()).filter((command) => queryOf(command));
    const used = queries.map((command) => `${queryOf(command)?.collection} ${command.hint}`);
    expect([...new Set(used)].sort()).toEqual(
      Object.entries(expected)
        .flatMap(([name, own]) => ['_id_', ...own.map((one) => one.name)].map((index) => `${name} ${index}`))
        .sort(),
    );
    for (const command of queries) {
      const asked = queryOf(command);
      expect([command, asked && whyNotServed(asked, indexes)]).toEqual([command, null]);
      const plan = await explain(command);
      if (plan) expect([command, whyNotPlanned(plan)]).toEqual([command, null]);
    }
  });

  it('of clients begin with their tenant', () => {
    const own = ['segment', 'job', 'unfinished'];
    for (const { name, key } of [...JOB_INDEXES, ...EXECUTION_INDEXES])
      if (!own.includes(name)) expect([name, Object.keys(key)[0]]).toEqual([name, 'tenant']);
  });
});

describe(`a search of the read model in ${storeName}`, () => {
  it('looks at no more entries for a page than the limit, however late the matches are', async () => {
    const database = testDatabase();
    const clients = mongoClients(database.url, { monitorCommands: true });
    const examined = 100;
    const model = new MongoReadModel(clients, { counted: 10, examined }, undefined);
    const named = Array.from({ length: 1_000 }, (_, n) => (n < 700 ? 'early' : 'late yy'));
    await addJobs(model, ...named.map((name, n) => job(n + 1, { name })));
    const sent: Document[] = [];
    clients.client.on('commandStarted', ({ command }) => sent.push(command));
    for (const search of ['late', 'yy', 'nowhere']) {
      const sizes: number[] = [];
      let start: JobQuery['start'] | null = { page: 1 };
      while (start) {
        const page: JobPage = await model.listJobs(jobQuery({ search, start, limit: 50 }));
        sizes.push(page.data.length);
        start = page.next === null ? null : { cursor: page.next };
      }
      const late = [0, 0, 0, 0, 0, 0, 0, 50, 50, 50, 50, 50, 50];
      expect([search, sizes]).toEqual([search, search === 'nowhere' ? [0] : late]);
    }
    const jobs = clients.client.db().collection('jobs_1');
    const compared = sent
      .map((command) => command.filter ?? command.pipeline?.[0]?.$match ?? {})
      .filter(({ search }) => search);
    expect(compared.length).toBeGreaterThan(20);
    for (const { search: _, ...filter } of compared)
      expect(await jobs.countDocuments(filter)).toBeLessThanOrEqual(examined);
    await model.close();
    await database.drop();
  }, 120_000);
});

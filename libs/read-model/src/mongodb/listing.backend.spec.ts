import { type Document, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, query, tombstone, view } from '../contract/subject.ts';
import { SORT_FIELDS } from '../read-model.ts';
import { searchKey, searchText } from '../search-text.ts';
import { mongoClient } from './index.ts';
import { INDEXES } from './job-document.ts';
import { MongoReadModel } from './mongo-read-model.ts';
import { engineName, type TestDatabase, testDatabase } from './spec-support/database.ts';
import { queryOf, whyNotPlanned, whyNotServed } from './spec-support/served-by-index.ts';

/** More than are collected and sorted. */
const JOBS = 1_200;
const NO_SUCH_COMMAND = 59;

const views = Array.from({ length: JOBS }, (_, n) => {
  const id = n + 1;
  return view(id, {
    name: `${id % 7} ${id % 8 === 0 ? 'tour' : 'trip'} ${id % 100}`,
    status: id % 50 === 0 ? 'completed' : 'running',
    createdAt: at(id % 50),
    updatedAt: at(id),
  });
});

describe(`listings of the read model in ${engineName}`, () => {
  let database: TestDatabase;
  let model: MongoReadModel;
  let client: ReturnType<typeof mongoClient>;
  const sent: Document[] = [];
  beforeAll(async () => {
    database = testDatabase();
    client = mongoClient(database.url, { monitorCommands: true });
    model = new MongoReadModel(client, undefined);
    await model.replace(views.map((one) => ({ view: one, over: null })));
    await model.replace([{ view: tombstone(JOBS, 2), over: 1 }]);
    client.on('commandStarted', ({ command }) => sent.push(command));
  });
  afterAll(async () => {
    await model.close();
    await database.drop();
  });

  it('find the same in the same order, whether few match or more than can be sorted', async () => {
    const listed = views.slice(0, -1).map((one) => ({ ...one, text: searchText(one) }));
    for (const search of ['trip', 'ip', 'trip 77', '\u00e9', 'a.*|(['])
      for (const status of [undefined, 'running'] as const)
        for (const field of ['name', 'status'] as const) {
          const found = listed
            .filter((one) => one.text.includes(searchKey(search)) && (!status || one.status === status))
            .sort((a, b) => (a[field] < b[field] ? 1 : a[field] > b[field] ? -1 : b.id - a.id));
          for (const page of [4, 400]) {
            const asked = query({ search, status, page, sort: { field, direction: 'desc' } });
            const { data, total } = await model.list(asked);
            expect([search, status, total]).toEqual([search, status, found.length]);
            const expected = found.slice((page - 1) * 20, page * 20).map(({ id }) => id);
            expect(data.map(({ id }) => id)).toEqual(expected);
          }
        }
  });

  /** Every query that the adapter sends, of each kind. */
  async function queriesSent(): Promise<Document[]> {
    sent.length = 0;
    for (const field of SORT_FIELDS)
      for (const direction of ['asc', 'desc'] as const)
        for (const status of [undefined, 'running'] as const)
          for (const search of [undefined, 'trip'])
            await model.list(query({ page: 2, sort: { field, direction }, status, search }));
    for (const search of ['trip 77', 't', 'nothing']) await model.list(query({ search }));
    await model.get([1, 2]);
    for await (const _ of model.all()) break;
    const replacements = [1, 2].map((id) => ({ view: view(id, { revision: id }), over: id === 1 ? 1 : 99 }));
    expect(await model.replace(replacements)).toEqual([true, false]);
    return sent.filter((command) => /^jobs_/.test(String(command.find ?? command.aggregate ?? '')));
  }

  it('and all other queries are served by an index: none scans a collection, none sorts', async () => {
    const indexes = Object.fromEntries([
      ...(await client.db().collection('jobs_1').indexes()).map(({ name, key }) => [name, key]),
    ]);
    expect(Object.keys(indexes).sort()).toEqual(['_id_', ...INDEXES.map(({ name }) => name)].sort());
    const explain = async ({ lsid: _, $db: __, $clusterTime: ___, ...command }: Document) => {
      try {
        return await client.db().command({ explain: command, verbosity: 'queryPlanner' });
      } catch (error) {
        if (error instanceof MongoServerError && error.code === NO_SUCH_COMMAND) return null;
        throw error;
      }
    };
    const queries = await queriesSent();
    const hints = new Set(queries.map(({ hint }) => hint));
    expect([...hints].sort()).toEqual(
      ['_id_', ...INDEXES.map(({ name }) => name)].filter((name) => name !== 'executions').sort(),
    );
    for (const command of queries) {
      const asked = queryOf(command);
      expect([command, asked && whyNotServed(asked, indexes)]).toEqual([command, null]);
      const plan = await explain(command);
      if (plan) expect([command, whyNotPlanned(plan)]).toEqual([command, null]);
    }
  });
});

describe(`executions in the read model in ${engineName}`, () => {
  it('are found by status and provider, as the documentation says', async () => {
    const database = testDatabase();
    const client = mongoClient(database.url);
    const model = new MongoReadModel(client, undefined);
    const [file] = view(1).files;
    if (!file) throw new Error('A view has a file');
    const execution = { id: 1, attempt: 1, result: null, error: null, createdAt: at(1), updatedAt: at(1) };
    const job = (id: number, status: 'running' | 'failed', ocrProvider: string) =>
      view(id, { files: [{ ...file, executions: [{ ...execution, status, ocrProvider }] }] });
    const jobs = [job(1, 'running', 'mistral'), job(2, 'failed', 'mistral'), job(3, 'running', 'openai')];
    await model.replace(jobs.map((one) => ({ view: one, over: null })));
    const find = (executions: Document) =>
      client
        .db()
        .collection<{ _id: number }>('jobs_1')
        .find({ files: { $elemMatch: { executions: { $elemMatch: executions } } } }, { hint: 'executions' })
        .map(({ _id }) => _id)
        .toArray();
    expect(await find({ status: 'running', ocrProvider: 'mistral' })).toEqual([1]);
    expect(await find({ status: 'running', ocrProvider: 'mistral', updatedAt: { $gt: at(1) } })).toEqual([]);
    expect((await find({ status: 'running' })).sort()).toEqual([1, 3]);
    await model.close();
    await database.drop();
  });
});

import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  addExecutions,
  addJobs,
  allIds,
  execution,
  executionQuery,
  job,
  jobQuery,
} from '../contract/subject.ts';
import { LIST_LIMITS, type ReadModel } from '../read-model.ts';
import { mongoClients, openMongoReadModel } from './index.ts';
import { MongoReadModel } from './mongo-read-model.ts';
import { storeName, type TestDatabase, testDatabase } from './spec-support/database.ts';
import { flakyWay } from './spec-support/flaky-way.ts';

describe(`the indexes of the read model in ${storeName}`, () => {
  let database: TestDatabase;
  let client: MongoClient;
  let model: ReadModel;
  beforeEach(async () => {
    database = testDatabase();
    client = new MongoClient(database.url);
    model = await openMongoReadModel({ url: database.url });
    await addJobs(model, job(1), job(2, { name: 'other' }));
    await addExecutions(model, execution(1, 1));
  });
  afterEach(async () => {
    await model.close();
    await client.close();
    await database.drop();
  });

  const names = async () => (await client.db().collection('jobs_1').indexes()).map(({ name }) => name);

  it('are built in the background if a collection lacks one, and it serves meanwhile', async () => {
    await model.close();
    await client.db().collection('jobs_1').dropIndex('name');
    await client.db().collection('executions_1').dropIndex('all');
    // By this way no index is ever built: what is asked is never answered.
    const way = await flakyWay(database.url);
    way.mute();
    const { client: direct } = mongoClients(database.url, { monitorCommands: true });
    const hints: unknown[] = [];
    direct.on(
      'commandStarted',
      ({ command }) => (command.find ?? command.aggregate)?.endsWith('_1') && hints.push(command.hint),
    );
    const { patient } = mongoClients(way.url);
    const opened = new MongoReadModel({ client: direct, patient }, LIST_LIMITS, undefined);
    const { data } = await opened.listJobs(jobQuery({ sort: { field: 'name', direction: 'desc' } }));
    expect(data.map(({ id }) => id)).toEqual([2, 1]);
    expect((await opened.listJobs(jobQuery({ search: 'other' }))).total).toBe(1);
    expect((await opened.listExecutions(executionQuery())).data).toHaveLength(1);
    expect(await allIds(opened)).toEqual([1, 2]);
    expect(hints.filter((hint) => hint !== undefined && hint !== '_id_')).toEqual([]);
    expect(await names()).not.toContain('name');
    await way.close();
    await opened.close();
  });

  it('are there again, and asked for, once they are built', async () => {
    await model.close();
    await client.db().collection('jobs_1').dropIndex('name');
    const clients = mongoClients(database.url, { monitorCommands: true });
    const hints: unknown[] = [];
    clients.client.on('commandStarted', ({ command }) => hints.push(command.hint));
    model = new MongoReadModel(clients, LIST_LIMITS, undefined);
    await vi.waitFor(
      async () => {
        await model.listJobs(jobQuery({ sort: { field: 'name', direction: 'desc' } }));
        expect(hints).toContain('name');
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(await names()).toContain('name');
  });

  it('may be dropped under an open read model', async () => {
    expect((await model.listJobs(jobQuery())).data).toHaveLength(2);
    await client.db().collection('jobs_1').dropIndex('id');
    expect((await model.listJobs(jobQuery())).data).toHaveLength(2);
  });

  it('are not those of a release before 0.2.0, whose database is refused', async () => {
    await model.close();
    await client.db().collection<{ _id: string }>('generations').insertOne({ _id: 'jobs' });
    model = await openMongoReadModel({ url: database.url });
    const refused = { name: 'ReadModelUnavailableError', message: /made by a release before 0\.2\.0/ };
    await expect(model.ping()).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(refused.message),
    });
    await expect(model.getJobs([1])).rejects.toThrow(refused.message);
  });
});

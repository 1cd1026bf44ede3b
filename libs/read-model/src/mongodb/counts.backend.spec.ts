import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addJobs, job, jobQuery, putJob } from '../contract/subject.ts';
import type { ReadModel } from '../read-model.ts';
import type { CountDocument } from './collections.ts';
import { openMongoReadModel } from './index.ts';
import { segmentOf } from './job-document.ts';
import { storeName, type TestDatabase, testDatabase } from './spec-support/database.ts';

describe(`the counts of the read model in ${storeName}`, () => {
  let database: TestDatabase;
  let client: MongoClient;
  let model: ReadModel;
  beforeEach(async () => {
    database = testDatabase();
    client = new MongoClient(database.url);
    model = await openMongoReadModel({ url: database.url });
  });
  afterEach(async () => {
    await model.close();
    await client.close();
    await database.drop();
  });
  const counts = () => client.db().collection<CountDocument>('counts_1');
  const total = async () => (await model.listJobs(jobQuery())).total;

  it('add up over the segments of ids, and are taken from the one that was written alone', async () => {
    await addJobs(model, ...[1, 499, 500, 2_500].map((id) => job(id)));
    await putJob(model, job(499, { status: 'failed' }));
    expect(await total()).toBe(4);
    expect((await model.listJobs(jobQuery({ status: 'failed' }))).total).toBe(1);
    const segments = await counts().find().toArray();
    expect(segments.map(({ _id }) => _id).sort()).toEqual([0, 1, 5]);
    // What is not true of another segment stays as it is.
    await counts().updateOne(
      { _id: 5 },
      { $set: { counts: [{ tenant: 'default', status: 'pending', jobs: 7 }] } },
    );
    await putJob(model, job(1, { status: 'running' }));
    expect(await total()).toBe(10);
  });

  it('are set right again by the next process that opens it, if one was killed before it counted', async () => {
    await addJobs(model, job(1), job(2), job(2_500));
    await model.close();
    await counts().deleteOne({ _id: 0 });
    await counts().updateOne({ _id: 2 }, { $set: { counts: [] } });
    model = await openMongoReadModel({ url: database.url });
    await vi.waitFor(async () => expect(await total()).toBe(3), { timeout: 20_000 });
  });

  it('decide on no page: those by number hide no job, whatever the counts say', async () => {
    await addJobs(model, ...Array.from({ length: 10 }, (_, n) => job(n + 1)));
    for (const jobs of [7, 13]) {
      const stale = [{ tenant: 'default', status: 'pending', jobs }] as const;
      await counts().updateOne({ _id: 0 }, { $set: { counts: stale } });
      const sort = { field: 'id', direction: 'asc' } as const;
      const pages = [1, 2, 3, 4, 5].map((page) =>
        model.listJobs(jobQuery({ start: { page }, limit: 3, sort })),
      );
      const found = await Promise.all(pages);
      expect(found.map(({ data }) => data.map(({ id }) => id))).toEqual([
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
        [10],
        [],
      ]);
      expect(found.map(({ next }) => next !== null)).toEqual([true, true, true, false, false]);
    }
  });

  it('are right once a generation is active, and nearly done before, since what happens meanwhile is missing', async () => {
    const next = await model.startGeneration();
    await addJobs(next, ...Array.from({ length: 1_500 }, (_, n) => job(n * 20)));
    await addJobs(next, job(1_000_000));
    const counted = client.db().collection('counts_2');
    expect(await counted.countDocuments()).toBe(segmentOf(1_499 * 20) + 1);
    await next.activate();
    expect(await total()).toBe(1_501);
  });
});

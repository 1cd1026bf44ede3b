import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addJobs, allIds, job, jobQuery } from '../contract/subject.ts';
import type { Documents, ReadModel } from '../read-model.ts';
import { openMongoReadModel } from './index.ts';
import { storeName, type TestDatabase, testDatabase } from './spec-support/database.ts';

describe(`generations of the read model in ${storeName}`, () => {
  let database: TestDatabase;
  let client: MongoClient;
  let models: ReadModel[];
  const connect = async () => {
    const model = await openMongoReadModel({ url: database.url });
    models.push(model);
    return model;
  };
  beforeEach(async () => {
    database = testDatabase();
    client = new MongoClient(database.url);
    models = [];
  });
  afterEach(async () => {
    await Promise.all(models.map((model) => model.close()));
    await client.close();
    await database.drop();
  });
  const collections = async () =>
    (await client.db().listCollections({}, { nameOnly: true }).toArray())
      .map(({ name }) => name)
      .filter((name) => name !== 'generations')
      .sort();

  /** The collections of these generations. */
  const generation = (...numbers: number[]) =>
    ['counts', 'executions', 'jobs'].flatMap((name) => numbers.map((g) => `${name}_${g}`));

  /** Brings a document to a revision, as the projection does: over the one that it has read. */
  async function bring(documents: Documents, id: number, revision: number): Promise<void> {
    for (;;) {
      const before = (await documents.getJobs([id])).get(id);
      if (before && before.view.revision >= revision) return;
      await documents.replaceJobs([{ view: job(id, { revision }), over: before?.version ?? null }]);
    }
  }

  it('lose no write of two writers while generations switch again and again', {
    timeout: 120_000,
  }, async () => {
    const IDS = 20;
    const log: { id: number; revision: number }[] = [];
    const fold = async (documents: Documents, from: number) => {
      const end = log.length;
      const latest = new Map(log.slice(from, end).map(({ id, revision }) => [id, revision]));
      await Promise.all([...latest].map(([id, revision]) => bring(documents, id, revision)));
      return end;
    };
    let writing = true;
    const write = async (model: ReadModel, first: number) => {
      for (let n = 0; writing; n++) {
        const entry = { id: first + 2 * (n % (IDS / 2)), revision: Math.floor(n / (IDS / 2)) };
        log.push(entry);
        await bring(model, entry.id, entry.revision);
      }
    };
    const [odd, even, rebuilder, reader] = [
      await connect(),
      await connect(),
      await connect(),
      await connect(),
    ];
    const writers = [write(odd, 1), write(even, 2)];
    while (log.length < 2 * IDS) await reader.ping();
    for (let rebuilds = 0; rebuilds < 5; rebuilds++) {
      const next = await rebuilder.startGeneration();
      const position = await fold(next, 0);
      const [listed] = await Promise.all([reader.listJobs(jobQuery()), next.activate()]);
      expect(listed.total).toBe(IDS);
      await fold(rebuilder, position);
    }
    writing = false;
    await Promise.all(writers);
    const truth = new Map(log.map(({ id, revision }) => [id, revision]));
    const documents = await reader.getJobs([...truth.keys()]);
    expect([...documents].map(([id, { view }]) => [id, view.revision]).sort()).toEqual([...truth].sort());
    expect(await collections()).toEqual(generation(6));
  });

  it('leave nothing behind if a writer has not noticed the switch', async () => {
    const [stale, rebuilder] = [await connect(), await connect()];
    await addJobs(stale, job(1));
    await (await rebuilder.startGeneration()).activate();
    expect(await addJobs(stale, job(2, { name: 'Confidential' }))).toEqual([true]);
    expect(await collections()).toEqual(generation(2));
    expect(await allIds(rebuilder)).toEqual([2]);
  });

  it('leave one that another process fills alone when they are opened, and drop it when the next is started', async () => {
    const next = await (await connect()).startGeneration();
    await addJobs(next, job(1));
    const other = await connect();
    expect(await allIds(other)).toEqual([]);
    expect(await collections()).toEqual(generation(1, 2));
    const newer = await other.startGeneration();
    expect(await collections()).toEqual(generation(1, 3));
    await expect(addJobs(next, job(2))).rejects.toThrow('Generation 2 of the read model was dropped');
    await expect(next.activate()).rejects.toThrow('Generation 2 of the read model was dropped');
    await newer.activate();
    expect(await collections()).toEqual(generation(3));
  });

  it('begin again if the database is dropped under an open read model', async () => {
    const model = await connect();
    await (await model.startGeneration()).activate();
    await addJobs(model, job(1));
    await client.db().dropDatabase();
    expect(await allIds(model)).toEqual([]);
    expect(await addJobs(model, job(2))).toEqual([true]);
    expect(await allIds(model)).toEqual([2]);
    const indexes = await client.db().collection('jobs_1').indexes();
    expect(indexes.map(({ name }) => name)).toContain('status_createdAt');
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addJobs, allIds, job, jobQuery } from '../contract/subject.ts';
import { LIST_LIMITS, type ReadModel } from '../read-model.ts';
import { mongoClients } from './index.ts';
import { MongoReadModel } from './mongo-read-model.ts';
import { storeName, type TestDatabase, testDatabase } from './spec-support/database.ts';
import { type FlakyWay, flakyWay } from './spec-support/flaky-way.ts';

const SHORT = {
  serverSelectionTimeoutMS: 1_000,
  connectTimeoutMS: 800,
  socketTimeoutMS: 1_000,
  heartbeatFrequencyMS: 500,
};
const unavailable = { name: 'ReadModelUnavailableError', transient: true };

describe(`the read model in ${storeName} behind a failing network`, () => {
  let database: TestDatabase;
  let way: FlakyWay;
  let model: ReadModel;
  beforeEach(async () => {
    database = testDatabase();
    way = await flakyWay(database.url);
    model = new MongoReadModel(mongoClients(way.url, SHORT), LIST_LIMITS, undefined);
  });
  afterEach(async () => {
    await model.close();
    await way.close();
    await database.drop();
  });

  const back = () => vi.waitFor(() => model.ping(), { timeout: 20_000 });

  it('goes on once the store is back, with what it had', async () => {
    await addJobs(model, job(1));
    way.cut();
    await expect(model.listJobs(jobQuery())).rejects.toMatchObject(unavailable);
    await expect(addJobs(model, job(2))).rejects.toMatchObject(unavailable);
    await expect(model.ping()).rejects.toMatchObject(unavailable);
    way.restore();
    await back();
    expect(await addJobs(model, job(2))).toEqual([true]);
    expect(await allIds(model)).toEqual([1, 2]);
  });

  it('may be opened before the store is there', async () => {
    way.cut();
    await expect(model.ping()).rejects.toMatchObject(unavailable);
    await expect(model.getJobs([1])).rejects.toMatchObject(unavailable);
    way.restore();
    await back();
    expect(await addJobs(model, job(1))).toEqual([true]);
  });

  it('waits for no answer longer than its limit, and ends a ping by its signal', async () => {
    await model.ping();
    way.mute();
    await expect(model.ping(AbortSignal.timeout(50))).rejects.toMatchObject(unavailable);
    await expect(model.getJobs([1])).rejects.toMatchObject(unavailable);
    await expect(model.ping(AbortSignal.abort(new Error('not now')))).rejects.toThrow('not now');
  });

  it('writes once what was written but not acknowledged, and refuses its repetition', async () => {
    await addJobs(model, job(1), job(2));
    const over = (await model.getJobs([1])).get(1)!.version;
    const next = { view: job(1, { revision: 2, name: 'next' }), over };
    for (const [replacement, counted] of [
      [{ view: job(3), over: null }, 3],
      [next, 3],
    ] as const) {
      way.mute();
      await expect(model.replaceJobs([replacement])).rejects.toMatchObject(unavailable);
      way.restore();
      await back();
      expect(await model.replaceJobs([replacement])).toEqual([false]);
      expect((await model.getJobs([replacement.view.id])).get(replacement.view.id)?.view).toEqual(
        replacement.view,
      );
      expect((await model.listJobs(jobQuery())).total).toBe(counted);
    }
  });

  it('never takes a command that did not get through for writes that were done, or that lost', async () => {
    const clients = mongoClients(way.url, {
      ...SHORT,
      serverSelectionTimeoutMS: 3_000,
      monitorCommands: true,
    });
    const writer = new MongoReadModel(clients, LIST_LIMITS, undefined);
    await addJobs(writer, job(1));
    const over = (await writer.getJobs([1])).get(1)!.version;
    const { client } = clients;
    // The way is there again by the time that the writer looks how its writes went.
    client.on('commandStarted', ({ commandName }) => /insert|update/.test(commandName) && way.cut());
    client.on('commandFailed', () => way.restore());
    const [update, insert] = [
      { view: job(1, { revision: 2 }), over },
      { view: job(2), over: null },
    ];
    for (const replacements of [[insert], [update], [update, insert]])
      await expect(writer.replaceJobs(replacements)).rejects.toMatchObject(unavailable);
    await writer.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { add, allIds, query, view } from '../contract/subject.ts';
import type { ReadModel } from '../read-model.ts';
import { mongoClient } from './index.ts';
import { MongoReadModel } from './mongo-read-model.ts';
import { engineName, type TestDatabase, testDatabase } from './spec-support/database.ts';
import { type FlakyWay, flakyWay } from './spec-support/flaky-way.ts';

const SHORT = {
  serverSelectionTimeoutMS: 300,
  connectTimeoutMS: 200,
  socketTimeoutMS: 300,
  heartbeatFrequencyMS: 500,
};
const unavailable = { name: 'ReadModelUnavailableError', transient: true };

describe(`the read model in ${engineName} behind a failing network`, () => {
  let database: TestDatabase;
  let way: FlakyWay;
  let model: ReadModel;
  beforeEach(async () => {
    database = testDatabase();
    way = await flakyWay(database.url);
    model = new MongoReadModel(mongoClient(way.url, SHORT), undefined);
  });
  afterEach(async () => {
    await model.close();
    await way.close();
    await database.drop();
  });

  const back = () => vi.waitFor(() => model.ping(), { timeout: 10_000 });

  it('goes on once the engine is back, with what it had', async () => {
    await add(model, view(1));
    way.cut();
    await expect(model.list(query())).rejects.toMatchObject(unavailable);
    await expect(add(model, view(2))).rejects.toMatchObject(unavailable);
    await expect(model.ping()).rejects.toMatchObject(unavailable);
    way.restore();
    await back();
    expect(await add(model, view(2))).toEqual([true]);
    expect(await allIds(model)).toEqual([1, 2]);
  });

  it('may be opened before the engine is there', async () => {
    way.cut();
    await expect(model.ping()).rejects.toMatchObject(unavailable);
    await expect(model.get([1])).rejects.toMatchObject(unavailable);
    way.restore();
    await back();
    expect(await add(model, view(1))).toEqual([true]);
  });

  it('waits for no answer longer than its limit, and ends a ping by its signal', async () => {
    await model.ping();
    way.mute();
    await expect(model.ping(AbortSignal.timeout(50))).rejects.toMatchObject(unavailable);
    await expect(model.get([1])).rejects.toMatchObject(unavailable);
    await expect(model.ping(AbortSignal.abort(new Error('not now')))).rejects.toThrow('not now');
  });

  it('writes once what was written but not acknowledged, and refuses its repetition', async () => {
    await add(model, view(1), view(2));
    const next = { view: view(1, { revision: 2, name: 'next' }), over: 1 };
    for (const [replacement, counted] of [
      [{ view: view(3), over: null }, 3],
      [next, 3],
    ] as const) {
      way.mute();
      await expect(model.replace([replacement])).rejects.toMatchObject(unavailable);
      way.restore();
      await back();
      expect(await model.replace([replacement])).toEqual([false]);
      expect((await model.get([replacement.view.id])).get(replacement.view.id)).toEqual(replacement.view);
      expect((await model.list(query())).total).toBe(counted);
    }
  });

  it('never takes a command that did not get through for writes that were done, or that lost', async () => {
    const client = mongoClient(way.url, {
      ...SHORT,
      serverSelectionTimeoutMS: 3_000,
      monitorCommands: true,
    });
    const writer = new MongoReadModel(client, undefined);
    await add(writer, view(1));
    // The way is there again by the time that the writer looks how its writes went.
    client.on('commandStarted', ({ commandName }) => /insert|update/.test(commandName) && way.cut());
    client.on('commandFailed', () => way.restore());
    const [update, insert] = [
      { view: view(1, { revision: 2 }), over: 1 },
      { view: view(2), over: null },
    ];
    for (const replacements of [[insert], [update], [update, insert]])
      await expect(writer.replace(replacements)).rejects.toMatchObject(unavailable);
    await writer.close();
  });
});

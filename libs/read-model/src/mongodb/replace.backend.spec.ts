import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replaceVersions } from './replace.ts';
import { storeName, type TestDatabase, testDatabase } from './spec-support/database.ts';

interface Numbered {
  readonly _id: number;
  readonly version: number;
}

describe(`documents replaced in ${storeName}`, () => {
  let database: TestDatabase;
  let client: MongoClient;
  beforeAll(() => {
    database = testDatabase();
    client = new MongoClient(database.url);
  });
  afterAll(async () => {
    await client.close();
    await database.drop();
  });

  const replace = (name: string, replacements: { view: unknown; over: number | null }[]) =>
    replaceVersions(
      client.db().collection<Numbered>(name),
      replacements,
      // MongoDB takes no array for an id.
      (view, version) => ({ _id: view as number, version }),
      (view) => [view].flat().length,
    );
  const stored = async (name: string) =>
    (await client.db().collection<Numbered>(name).find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

  it('are all written but for those that the server refuses, which are named', async () => {
    const views = [1, 2, [1, 2, 3], 4, [1, 2, 3, 4, 5], 6];
    const replacing = replace(
      'refused',
      views.map((view) => ({ view, over: null })),
    );
    await expect(replacing).rejects.toMatchObject({ name: 'DocumentRefusedError', jobIds: [3, 5] });
    expect(await stored('refused')).toEqual([1, 2, 4, 6]);
  });

  it('are told apart though they are so many that several bulks take them', async () => {
    const views = Array.from({ length: 1_100 }, (_, n) => (n === 700 ? [1, 2] : n));
    await replace(
      'many',
      [300, 900].map((view) => ({ view, over: null })),
    );
    const replacing = replace(
      'many',
      views.map((view) => ({ view, over: null })),
    );
    await expect(replacing).rejects.toMatchObject({ name: 'DocumentRefusedError', jobIds: [2] });
    expect(await stored('many')).toEqual(views.filter((view) => typeof view === 'number'));
    const again = [300, 5_000, 900, 5_001].map((view) => ({ view, over: null }));
    expect(await replace('many', again)).toEqual([false, true, false, true]);
  });

  it('of one id in one call are written once', async () => {
    const fresh = [1, 1, 2].map((view) => ({ view, over: null }));
    expect(await replace('twice', fresh)).toEqual([true, false, true]);
    expect(await stored('twice')).toEqual([1, 2]);
  });
});

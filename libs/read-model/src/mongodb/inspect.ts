import { MongoClient } from 'mongodb';
import { indexesOf } from './collections.ts';
import { isMissingCollection } from './faults.ts';

const LIMIT_MS = 5_000;

/** A database as it is found. */
export interface MongoState {
  readonly version: string;
  /** The server's clock; undefined if it does not tell. */
  readonly now: Date | undefined;
  /** Whether the server is of a replica set: one alone loses what it has not yet written when its disk does. */
  readonly replicaSet: boolean;
  /** Such as `jobs_1.status`; of the generation that readers see. None if the database is empty still. */
  readonly missingIndexes: readonly string[];
}

/**
 * Looks at the database, and writes a counter that nobody reads, so that a user who may only read is found.
 *
 * @throws MongoDB's errors.
 */
export async function inspectMongo(url: string): Promise<MongoState> {
  const limits = {
    serverSelectionTimeoutMS: LIMIT_MS,
    connectTimeoutMS: LIMIT_MS,
    socketTimeoutMS: LIMIT_MS,
  };
  const client = new MongoClient(url, limits);
  try {
    await client.connect();
    const db = client.db();
    // By its old name, which servers that are compatible with MongoDB know too.
    const hello = await db.command({ isMaster: 1 });
    const { version } = await db.command({ buildInfo: 1 });
    await db.collection('probe').updateOne({}, { $inc: { probes: 1 } }, { upsert: true });
    const state = await db
      .collection<{ _id: string; active: number }>('generations')
      .findOne({ _id: 'documents' });
    const lacking = state ? await Promise.all(indexesOf(db, state.active).map(lackingIn)) : [];
    return {
      version: String(version),
      now: hello.localTime instanceof Date ? hello.localTime : undefined,
      replicaSet: hello.setName !== undefined,
      missingIndexes: lacking.flat(),
    };
  } finally {
    await client.close();
  }
}

async function lackingIn({ collection, indexes }: ReturnType<typeof indexesOf>[number]): Promise<string[]> {
  const there = await collection.indexes().catch((error: unknown) => {
    if (isMissingCollection(error)) return [];
    throw error;
  });
  return indexes
    .filter(({ name }) => !there.some((one) => one.name === name))
    .map(({ name }) => `${collection.collectionName}.${name}`);
}

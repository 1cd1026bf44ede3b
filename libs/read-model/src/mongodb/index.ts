import { MongoClient, type MongoClientOptions } from 'mongodb';
import type { ReadModel } from '../read-model.ts';
import type { Log } from './generations.ts';
import { MongoReadModel } from './mongo-read-model.ts';

export type { Log } from './generations.ts';

/**
 * Reads come from the primary and show what a majority has, writes are in the journals of a majority once they are
 * acknowledged: so whoever projects a document may count its event as done. Every wait has a limit.
 */
const OPTIONS: MongoClientOptions = {
  appName: 'inkstream-read-model',
  readPreference: 'primary',
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
  ignoreUndefined: true,
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 30_000,
  waitQueueTimeoutMS: 10_000,
};

/** A client that keeps the promises of the port; `more` is for tests that look at its commands. */
export const mongoClient = (url: string, more: MongoClientOptions = {}): MongoClient =>
  new MongoClient(url, { ...OPTIONS, ...more });

/**
 * Opens the database that the URL names (`mongodb://host/inkstream`, `test` where it names none) as a read model. It
 * is connected to and prepared by the first call, so it need not run yet; the driver reconnects by itself.
 *
 * Rejects where the URL is none.
 */
export async function openMongoReadModel(options: {
  readonly url: string;
  readonly log?: Log;
}): Promise<ReadModel> {
  return new MongoReadModel(mongoClient(options.url), options.log);
}

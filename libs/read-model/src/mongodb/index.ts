import { MongoClient, type MongoClientOptions } from 'mongodb';
import { LIST_LIMITS, type ListLimits, type ReadModel } from '../read-model.ts';
import type { Log } from './indexes.ts';
import { type Clients, MongoReadModel } from './mongo-read-model.ts';

export type { Log } from './indexes.ts';
export { inspectMongo, type MongoState } from './inspect.ts';

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

/** Clients that keep the promises of the port; `more` is for tests that look at the commands of the first. */
export const mongoClients = (url: string, more: MongoClientOptions = {}): Clients => ({
  client: new MongoClient(url, { ...OPTIONS, ...more }),
  patient: new MongoClient(url, { ...OPTIONS, socketTimeoutMS: 0 }),
});

/**
 * Opens the database that the URL names (`mongodb://host/inkstream`, `test` if it names none) as a read model. It is
 * connected to and prepared by the first call, so it need not run yet; the driver reconnects by itself.
 *
 * Rejects if the URL is not valid.
 */
export async function openMongoReadModel(options: {
  readonly url: string;
  readonly log?: Log;
  readonly limits?: ListLimits;
}): Promise<ReadModel> {
  const { url, log, limits = LIST_LIMITS } = options;
  return new MongoReadModel(mongoClients(url), limits, log);
}

import { MongoError, MongoInvalidArgumentError } from 'mongodb';
import { ReadModelFullError, ReadModelUnavailableError } from '../errors.ts';

const DUPLICATE_KEY = 11_000;
const OUT_OF_DISK_SPACE = 14_031;

/** There is a document with this id already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Object && 'code' in error && error.code === DUPLICATE_KEY;

/** Runs `work`; what the engine or the way to it refuses rejects as `ReadModelUnavailableError`. */
export async function withReadModelErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What the driver won't send (a document above 16 MB, for one) is no better the next time.
    if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) throw error;
    const message = `MongoDB fails: ${error.message}`;
    if (error.code === OUT_OF_DISK_SPACE) throw new ReadModelFullError('server', message, { cause: error });
    throw new ReadModelUnavailableError(message, { cause: error });
  }
}

import { MongoError, MongoInvalidArgumentError, MongoServerError } from 'mongodb';
import { ReadModelFullError, ReadModelUnavailableError } from '../errors.ts';

const DUPLICATE_KEY = 11_000;
const OUT_OF_DISK_SPACE = 14_031;
/** BadValue: the answer to a `hint` of an index that is not there, and to a document that can't be stored. */
const BAD_VALUE = 2;
/**
 * The codes for a document that can't be stored: BadValue, FailedToParse, TypeMismatch, InvalidBSON, InvalidIdField,
 * DocumentValidationFailure, BSONObjectTooLarge, key too long, and too large once it is updated (two codes). From
 * MongoDB's `error_codes.yml`.
 */
const REFUSALS = new Set([BAD_VALUE, 9, 14, 22, 53, 121, 10_334, 17_280, 17_419, 17_420]);

const codeOf = (error: unknown): unknown =>
  error instanceof Object && 'code' in error ? error.code : undefined;

/** There is a document with this id already. */
export const isDuplicate = (error: unknown): boolean => codeOf(error) === DUPLICATE_KEY;

/** The store would refuse it the next time too. */
export const isRefusal = (error: unknown): boolean => REFUSALS.has(Number(codeOf(error)));

/** The driver won't send it, for its size: above 17 MB its buffer overflows. */
export const isUnsendable = (error: unknown): boolean =>
  error instanceof MongoInvalidArgumentError || error instanceof RangeError;

/** There is no collection (NamespaceNotFound). */
export const isMissingCollection = (error: unknown): boolean => codeOf(error) === 26;

/** A query named an index that is not there. */
export const isHintFault = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === BAD_VALUE && /hint/i.test(error.message);

/** Runs `work`; what the store or the way to it refuses rejects as `ReadModelUnavailableError`. */
export async function withReadModelErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) throw error;
    const message = `MongoDB fails: ${error.message}`;
    if (error.code === OUT_OF_DISK_SPACE) throw new ReadModelFullError('server', message, { cause: error });
    throw new ReadModelUnavailableError(message, { cause: error });
  }
}

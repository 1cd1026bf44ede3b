import { MaxAppendSizeExceededError, StreamDeletedError } from '@eventstore/db-client';
import {
  ConcurrencyError,
  EventStoreUnavailableError,
  InvalidAppendError,
  InvalidPositionError,
  PositionBeyondEndError,
  StaleReadError,
} from '../errors.ts';

/** https://grpc.io/docs/guides/status-codes/ */
const INVALID_ARGUMENT = 3;
const OURS = [
  ConcurrencyError,
  EventStoreUnavailableError,
  InvalidAppendError,
  InvalidPositionError,
  PositionBeyondEndError,
  StaleReadError,
];

/**
 * Turns what the client threw into the port's error. An append that the server will refuse for ever (too large, a
 * stream that was tombstoned, a bad argument) is an `InvalidAppendError`; everything else is a fault of the server. The
 * client does not distinguish these by type: while the server is down it throws its own UnavailableError, a bare gRPC
 * error, or a plain Error, as of a channel that was closed meanwhile or a cluster of which no node answers.
 */
export function toFault(error: unknown): Error {
  if (OURS.some((type) => error instanceof type)) return error as Error;
  const message = error instanceof Error ? error.message : String(error);
  return isPermanent(error)
    ? new InvalidAppendError(message, { cause: error })
    : new EventStoreUnavailableError(message || 'EventStoreDB does not answer', { cause: error });
}

function isPermanent(error: unknown): boolean {
  return (
    error instanceof MaxAppendSizeExceededError ||
    error instanceof StreamDeletedError ||
    isInvalidArgument(error)
  );
}

export const isInvalidArgument = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === INVALID_ARGUMENT;

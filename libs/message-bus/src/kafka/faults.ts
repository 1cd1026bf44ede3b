import { MessageBusUnavailableError, UnknownTopicError } from '../errors.ts';

/** Errors that no retry of the same call can change. */
const PERMANENT = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION']);

/** The broker's name of an error, from the error itself or from what caused it. */
export function typeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return typeOf(error.cause);
}

/**
 * The error of the port for one of kafkajs; what is permanent stays as it is. A TypeError is one of kafkajs too: it
 * fails on answers that never came.
 */
export function portError(error: unknown, topic?: string): unknown {
  if (error instanceof MessageBusUnavailableError || error instanceof UnknownTopicError) return error;
  const type = typeOf(error);
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION' && topic !== undefined) return new UnknownTopicError(topic);
  if (type !== undefined && PERMANENT.has(type)) return error;
  return new MessageBusUnavailableError(String(error), { cause: error });
}

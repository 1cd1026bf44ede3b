import { PoisonMessageError } from '../errors.ts';
import type { Delivery, Message } from '../message-bus.ts';

/** The message as it is published to the dead-letter topic: what it was, why it failed, and where and when it did. */
export function deadLetter(
  { key, value, headers, topic, offset }: Delivery,
  error: unknown,
  at: Date,
): Message {
  const why = {
    'x-reason': error instanceof PoisonMessageError ? error.reason : 'failed_too_often',
    'x-error': error instanceof Error ? error.message : String(error),
    'x-topic': topic,
    'x-offset': offset,
    'x-time': at.toISOString(),
  };
  return { key, value, headers: { ...headers, ...why } };
}

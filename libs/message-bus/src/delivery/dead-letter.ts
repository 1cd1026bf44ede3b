import type { Delivery, Message } from '../message-bus.ts';

/** The message as it goes to the dead letters: what it was, why it failed and where it came from. */
export function deadLetter({ key, value, headers, topic, offset }: Delivery, error: unknown): Message {
  const reason = error instanceof Error ? error.message : String(error);
  return { key, value, headers: { ...headers, 'x-error': reason, 'x-topic': topic, 'x-offset': offset } };
}

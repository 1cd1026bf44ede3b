import { PoisonMessageError } from '../errors.ts';
import type { DeadLetters, Delivery, Message } from '../message-bus.ts';

const FAILED_TOO_OFTEN = 'failed_too_often';

const reasonOf = (error: unknown): string =>
  error instanceof PoisonMessageError ? error.reason : FAILED_TOO_OFTEN;

/** The message as it is published to the dead-letter topic: what it was, why it failed, and where and when it did. */
export function deadLetter(
  { key, value, headers, topic, offset }: Delivery,
  error: unknown,
  at: Date,
): Message {
  const why = {
    'x-reason': reasonOf(error),
    'x-error': error instanceof Error ? error.message : String(error),
    'x-topic': topic,
    'x-offset': offset,
    'x-time': at.toISOString(),
  };
  return { key, value, headers: { ...headers, ...why } };
}

/** Counts what goes to the dead letters, by topic and reason. */
export class DeadLetterCounts {
  readonly #counts = new Map<string, DeadLetters>();

  /** The topic is consumed: its count is 0 from now on, so that the first dead letter is seen as an increase. */
  begin(topic: string): void {
    this.#add(topic, FAILED_TOO_OFTEN, 0);
  }

  add(topic: string, error: unknown): void {
    this.#add(topic, reasonOf(error), 1);
  }

  get all(): readonly DeadLetters[] {
    return [...this.#counts.values()];
  }

  #add(topic: string, reason: string, more: number): void {
    const key = JSON.stringify([topic, reason]);
    const count = (this.#counts.get(key)?.count ?? 0) + more;
    this.#counts.set(key, { topic, reason, count });
  }
}

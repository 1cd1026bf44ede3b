import type { DatabaseSync } from 'node:sqlite';
import { isDatabaseFault, isFull, transaction, type Wakeup } from '@inkstream/sqlite';
import { deadLetter } from '../delivery/dead-letter.ts';
import { MessageBusFullError, MessageBusUnavailableError } from '../errors.ts';
import type { Delivery, Message, TopicSpec } from '../message-bus.ts';
import { createGroupProgress, type Progress } from './group-progress.ts';
import { createTopicLog, type TopicLog } from './topic-log.ts';

/** How long a message that another process published to the file may go unnoticed, in ms. */
export const POLL_MS = 250;

/** What the adapter needs of a logger; pino's fits. */
export interface Log {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** The bus's tables as a whole: each write is one transaction. `wakeup` wakes whoever waits for news of a topic. */
export function createBusStore(db: DatabaseSync, now: () => Date, wakeup: (topic: string) => Wakeup) {
  const topics: TopicLog = createTopicLog(db, now);
  const groups = createGroupProgress(db, now);

  return {
    topics,

    ensureTopics: (specs: readonly TopicSpec[]) => transaction(db, () => topics.ensure(specs)),

    publish(topic: string, messages: readonly Message[]): void {
      transaction(db, () => topics.insert(topic, messages));
      wakeup(topic).notify();
    },

    loadProgress: (topic: string, group: string): Progress => groups.load(topics.idOf(topic), group),

    saveProgress: (groupId: number, cursor: number, done: readonly number[]) =>
      transaction(db, () => groups.save(groupId, cursor, done)),

    /** Publishes the message to the dead letters and counts it as done. */
    deadLetter(
      groupId: number,
      offset: number,
      deadLetterTopic: string,
      delivery: Delivery,
      error: unknown,
    ): void {
      transaction(db, () => {
        topics.insert(deadLetterTopic, [deadLetter(delivery, error, now())]);
        groups.markDone(groupId, offset);
      });
      wakeup(deadLetterTopic).notify();
    },

    lag: (topic: string, group: string) => groups.lag(topics.idOf(topic), group),
  };
}

export type BusStore = ReturnType<typeof createBusStore>;

/** Turns faults of the database into errors of the port. */
export function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFault(error);
  }
}

/** A fault of the database as callers of the port see it. */
export function toFault(error: unknown): unknown {
  if (!isDatabaseFault(error)) return error;
  const Fault = isFull(error) ? MessageBusFullError : MessageBusUnavailableError;
  return new Fault(error.message, { cause: error });
}

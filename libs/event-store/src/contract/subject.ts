import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type {
  EventStore,
  EventToAppend,
  JsonObject,
  RecordedEvent,
  SubscribeOptions,
  SubscriptionStep,
} from '../event-store.ts';

export interface EventStoreSubject {
  readonly store: EventStore;
  /** Another connection to the same log; the suite closes it. */
  connect(): Promise<EventStore>;
  /** Removes the log if it is a log of the test's own; all connections are closed by then. */
  remove(): Promise<void>;
}

/** The store of the running test, another connection to it, and a prefix for stream names that no other test has. */
export interface ContractContext {
  readonly store: EventStore;
  readonly prefix: string;
  connect(): Promise<EventStore>;
}

/** A new event with an id of its own. */
export function event(data: JsonObject = {}): EventToAppend {
  return { id: randomUUID(), type: 'Happened', data, metadata: { schemaVersion: 1 } };
}

/** `count` new events, numbered from `first` in their data's `n`. */
export function events(count: number, first = 0): EventToAppend[] {
  return Array.from({ length: count }, (_, index) => event({ n: first + index }));
}

export async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const idsOf = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);

/** A subscription that collects in the background what it receives. */
export interface Follower {
  readonly steps: readonly SubscriptionStep[];
  events(): RecordedEvent[];
  /** Waits until it has this many events, 20 s at most, and returns their ids. */
  ids(count: number): Promise<string[]>;
  /** Waits until it says that it is caught up, 20 s at most. */
  caughtUp(): Promise<void>;
  /** Settles once it has ended; rejects if it ended with an error. */
  readonly ended: Promise<void>;
  /** Aborts it, and resolves when it has ended; rejects if it ended with an error. */
  stop(): Promise<void>;
}

export function follow(store: EventStore, options: Omit<SubscribeOptions, 'signal'>): Follower {
  const controller = new AbortController();
  const steps: SubscriptionStep[] = [];
  const collect = async () => {
    for await (const step of store.subscribe({ ...options, signal: controller.signal })) steps.push(step);
  };
  const ended = collect();
  // Whoever stops it gets its error; until then the error must not count as unhandled.
  ended.catch(() => {});
  const collected = () => steps.flatMap((step) => step.event ?? []);
  const limit = { timeout: 20_000, interval: 5 };
  return {
    steps,
    ended,
    events: collected,
    async ids(count) {
      await expect.poll(() => collected().length, limit).toBeGreaterThanOrEqual(count);
      return idsOf(collected());
    },
    async caughtUp() {
      await expect.poll(() => steps.some((step) => step.caughtUp), limit).toBe(true);
    },
    async stop() {
      controller.abort();
      await ended;
    },
  };
}

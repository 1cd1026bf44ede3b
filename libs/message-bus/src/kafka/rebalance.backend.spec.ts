import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { QUICK } from '../contract/subject.ts';
import type { Consumer, Delivery, MessageBus } from '../message-bus.ts';
import { BROKERS } from './spec-support/brokers.ts';
import { Subject, until } from './spec-support/subject.ts';

const KEYS = 40;

let subject: Subject;
beforeEach(async () => {
  subject = await Subject.open({ brokers: BROKERS });
});
afterEach(() => subject.close());

/** What the members of a group received, and what they finished when. */
class Workers {
  readonly delivered: string[] = [];
  readonly finishedAt = new Map<string, number>();
  /** Deliveries that reached a member while it had the same message in flight. */
  readonly doubles: string[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  async join(bus: MessageBus): Promise<Consumer> {
    const inFlight = new Set<string>();
    const { topic, group } = subject;
    const handler = async ({ value }: Delivery, signal: AbortSignal) => {
      if (inFlight.has(value)) this.doubles.push(value);
      inFlight.add(value);
      this.delivered.push(value);
      const slow = this.#random() < 0.02;
      try {
        await sleep(slow ? 700 : 5, undefined, { signal });
        if (this.#random() < 0.02) throw new Error('not yet');
        this.finishedAt.set(value, Math.min(performance.now(), this.finishedAt.get(value) ?? Infinity));
      } finally {
        inFlight.delete(value);
      }
    };
    return bus.consume({ topic, group, concurrency: 16, backoffMs: QUICK, handler });
  }
}

/** A small generator, so that a run can be reproduced: https://en.wikipedia.org/wiki/Lehmer_random_number_generator. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function publishUntil(signal: AbortSignal, bus: MessageBus): Promise<string[]> {
  const published: string[] = [];
  for (let n = 0; !signal.aborted; ) {
    const batch = Array.from({ length: 20 }, () => ({
      key: `k${n % KEYS}`,
      value: String(n++),
      headers: {},
    }));
    await bus.publish(subject.topic, batch);
    published.push(...batch.map(({ value }) => value));
    await sleep(10);
  }
  return published;
}

/** Records the committed offsets again and again, with a time at which they were certainly committed. */
async function watchCommits(signal: AbortSignal) {
  const seen: { at: number; partition: number; offset: number }[] = [];
  while (!signal.aborted) {
    for (const [partition, offset] of await subject.committed()) {
      seen.push({ at: performance.now(), partition, offset });
    }
    await sleep(20);
  }
  return seen;
}

it('loses nothing, keeps each key in order and commits only what is finished while members come and go', async () => {
  const workers = new Workers(lehmer(42));
  const ended = new AbortController();
  const publishing = publishUntil(ended.signal, await subject.bus());
  const watching = watchCommits(ended.signal);
  const [first, second, third] = await Promise.all([subject.bus(), subject.bus(), subject.bus()]);
  await workers.join(first);
  await sleep(300);
  const leaving = await workers.join(second);
  await sleep(300);
  await workers.join(third);
  await sleep(500);
  await leaving.close({ graceMs: 100 });
  await sleep(300);
  await third.close();
  await sleep(200);
  await workers.join(second);
  await sleep(500);
  ended.abort();
  const published = await publishing;
  await until(async () => (await first.lag(subject.topic, subject.group)) === 0);

  expect(published.filter((value) => !workers.finishedAt.has(value))).toEqual([]);
  const firstDeliveries = [...new Set(workers.delivered)].map(Number);
  for (let key = 0; key < KEYS; key++) {
    const ofKey = firstDeliveries.filter((n) => n % KEYS === key);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  }
  expect(workers.doubles).toEqual([]);

  const content = await subject.content();
  const commits = await watching;
  expect(commits.length).toBeGreaterThan(50);
  for (const { at, partition, offset } of commits) {
    const below = content.filter((one) => one.partition === partition && one.offset < offset);
    const unfinished = below.filter(({ value }) => (workers.finishedAt.get(value) ?? Infinity) > at);
    expect(unfinished).toEqual([]);
  }
});

it('does not redeliver what is in flight of a partition that stays, and gives up what is revoked', async () => {
  const [first, second] = await Promise.all([subject.bus(), subject.bus()]);
  const deliveries: { member: string; value: string }[] = [];
  const aborted: string[] = [];
  const join = (member: string, bus: MessageBus) =>
    bus.consume({
      topic: subject.topic,
      group: subject.group,
      concurrency: 100,
      handler: async ({ value }, signal) => {
        deliveries.push({ member, value });
        signal.addEventListener('abort', () => aborted.push(value));
        if (member === 'first') await sleep(2_000, undefined, { signal });
      },
    });
  await first.publish(
    subject.topic,
    Array.from({ length: 60 }, (_, n) => ({ key: `k${n}`, value: `k${n}`, headers: {} })),
  );
  await join('first', first);
  await until(() => deliveries.length === 60);
  await join('second', second);
  await until(async () => (await first.lag(subject.topic, subject.group)) === 0);
  const ofSecond = deliveries.filter(({ member }) => member === 'second').map(({ value }) => value);
  expect(ofSecond.length).toBeGreaterThan(10);
  expect(ofSecond.length).toBeLessThan(50);
  expect(aborted.toSorted()).toEqual(ofSecond.toSorted());
  expect(deliveries).toHaveLength(60 + ofSecond.length);
});

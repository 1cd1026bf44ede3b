import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NativeBackend, startKafka } from '@inkstream/native-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MessageBus } from '../message-bus.ts';
import { Subject, until } from './spec-support/subject.ts';

const KEYS = 20;
const OUTAGE_MS = 3_000;

let folder: string;
let broker: NativeBackend;
let subject: Subject;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-outage-'));
  broker = await startKafka({ folder });
  subject = await Subject.open({ brokers: [broker.env.KAFKA_BROKERS ?? ''] });
}, 300_000);
afterAll(async () => {
  await subject?.close();
  await broker?.close();
  await rm(folder, { recursive: true });
});

/** Publishes numbers and records what was acknowledged; what was not is published again, as the relay does. */
class Publishing {
  readonly acknowledged: string[] = [];
  readonly faults: unknown[] = [];
  longestMs = 0;
  #stopped = false;
  readonly done: Promise<void>;

  constructor(bus: MessageBus) {
    this.done = this.#run(bus);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(bus: MessageBus): Promise<void> {
    for (let n = 0; !this.#stopped; n += 10) {
      const batch = Array.from({ length: 10 }, (_, i) => ({
        key: `k${(n + i) % KEYS}`,
        value: String(n + i),
        headers: {},
      }));
      while (!(await this.#attempt(bus, batch))) await sleep(50);
      await sleep(5);
    }
  }

  async #attempt(bus: MessageBus, batch: Parameters<MessageBus['publish']>[1]): Promise<boolean> {
    const begun = performance.now();
    try {
      await bus.publish(subject.topic, batch);
      this.acknowledged.push(...batch.map(({ value }) => value));
      return true;
    } catch (error) {
      this.faults.push(error);
      return false;
    } finally {
      this.longestMs = Math.max(this.longestMs, performance.now() - begun);
    }
  }
}

it('outlasts a broker that is killed under load: nothing acknowledged is lost, and everybody goes on', async () => {
  const [bus, other] = await Promise.all([subject.bus(), subject.bus()]);
  const { topic, group } = subject;
  const handled: string[] = [];
  const tailed: string[] = [];
  const aborted: string[] = [];
  for (const member of [bus, other]) {
    await member.consume({
      topic,
      group,
      concurrency: 10,
      handler: async ({ value }, signal) => {
        signal.addEventListener('abort', () => aborted.push(value));
        await sleep(Number(value) % 50 === 7 ? 300 : 2);
        handled.push(value);
      },
    });
  }
  await bus.tail({ topic, from: 'beginning', handler: ({ value }) => void tailed.push(value) });
  const publishing = new Publishing(bus);
  await until(() => handled.length > 100);
  await broker.kill();
  await expect(bus.ping()).rejects.toMatchObject({ name: 'MessageBusUnavailableError', transient: true });
  await expect(bus.lag(topic, group)).rejects.toMatchObject({ name: 'MessageBusUnavailableError' });
  await sleep(OUTAGE_MS);
  // Whoever has a message in flight when the broker goes may finish it; once it is back, partitions may move.
  expect(aborted).toEqual([]);
  await broker.restart();
  const before = publishing.acknowledged.length;
  await until(() => publishing.acknowledged.length > before + 200);
  publishing.stop();
  await publishing.done;

  for (const got of [handled, tailed]) {
    await until(() => publishing.acknowledged.every((value) => got.includes(value)));
  }
  await until(async () => (await bus.lag(topic, group)) === 0);
  expect(publishing.faults.length).toBeGreaterThan(0);
  for (const fault of publishing.faults) expect(fault).toMatchObject({ name: 'MessageBusUnavailableError' });
  expect(publishing.longestMs).toBeLessThan(10_000);
  for (let key = 0; key < KEYS; key++) {
    const ofKey = [...new Set(tailed)].map(Number).filter((n) => n % KEYS === key);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  }
}, 300_000);

it('waits a few seconds at most for a broker that hangs, and no longer than its signal allows', async () => {
  const bus = await subject.bus();
  await bus.ping();
  await broker.kill('SIGSTOP');
  try {
    // A stopped process may still answer while its threads are being stopped.
    await until(() =>
      bus.ping(AbortSignal.timeout(500)).then(
        () => false,
        () => true,
      ),
    );
    const begun = performance.now();
    await expect(bus.ping(AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(bus.ping()).rejects.toMatchObject({ name: 'MessageBusUnavailableError' });
    expect(performance.now() - begun).toBeLessThan(8_000);
  } finally {
    await broker.kill('SIGCONT');
  }
  await until(() => bus.ping().then(() => true));
}, 60_000);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type NativeBackend, startKafka } from '@inkstream/native-stack';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { messages } from '../contract/subject.ts';
import { startOneWayProxy } from './spec-support/one-way-proxy.ts';
import { Subject, until } from './spec-support/subject.ts';

/** How long the consumers of this spec may hear nothing, in ms. */
const SILENCE_MS = 3_000;
/** By then they are renewed and hear again, in ms. The client by itself takes 50 s: five fetches of 10 s each. */
const RENEWED_MS = 25_000;

let folder: string;
let proxy: Awaited<ReturnType<typeof startOneWayProxy>>;
let broker: NativeBackend;
let subject: Subject;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-silence-'));
  const [port, advertisedPort] = [await freePort(), await freePort()];
  proxy = await startOneWayProxy(advertisedPort, port);
  broker = await startKafka({ folder, port, advertisedPort });
}, 300_000);
afterAll(async () => {
  await broker?.close();
  await proxy?.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  subject = await Subject.open({ brokers: [broker.env.KAFKA_BROKERS ?? ''], silenceMs: SILENCE_MS });
});
afterEach(() => subject.close());

/** A consumer and a tail on one connection, and what they heard. */
async function listen() {
  const { topic, group } = subject;
  const bus = await subject.bus();
  const handled = new Set<string>();
  const tailed = new Set<string>();
  await bus.consume({ topic, group, concurrency: 10, handler: async ({ value }) => void handled.add(value) });
  await bus.tail({ topic, from: 'end', handler: ({ value }) => void tailed.add(value) });
  return { bus, heard: (count: number) => handled.size === count && tailed.size === count };
}

it('notices that its connections are cut in one direction, and hears again over new ones', async () => {
  const { topic, group } = subject;
  const { bus, heard } = await listen();
  await bus.publish(topic, messages('abcdef', 1));
  await until(() => heard(6));
  expect(bus.status().renewed).toBe(0);
  proxy.cut();
  const begun = performance.now();
  await bus.publish(topic, messages('abcdef', 1, 1));
  expect(performance.now() - begun).toBeLessThan(RENEWED_MS);
  await until(() => heard(12), RENEWED_MS);
  expect(bus.status().renewed).toBeGreaterThanOrEqual(2);
  await until(async () => (await bus.lag(topic, group)) === 0, RENEWED_MS);
}, 90_000);

it('hears again once a broker that was frozen goes on', async () => {
  const { topic } = subject;
  const { bus, heard } = await listen();
  await bus.publish(topic, messages('abcdef', 1));
  await until(() => heard(6));
  await broker.kill('SIGSTOP');
  await sleep(3 * SILENCE_MS);
  await broker.kill('SIGCONT');
  expect(bus.status().renewed).toBeGreaterThan(0);
  const other = await subject.bus();
  await other.publish(topic, messages('abcdef', 1, 1));
  await until(() => heard(12), RENEWED_MS);
}, 90_000);

it('does not mistake a pause, an empty topic or having no partition for silence', async () => {
  const { topic, group } = subject;
  const { bus } = await listen();
  const surplus = await subject.bus({ partitions: 6 });
  const handler = async () => {};
  const consumers = await Promise.all(
    Array.from({ length: 6 }, () => surplus.consume({ topic, group, concurrency: 1, handler })),
  );
  consumers[0]?.pause();
  await sleep(3 * SILENCE_MS);
  expect([bus.status().renewed, surplus.status().renewed]).toEqual([0, 0]);
}, 90_000);

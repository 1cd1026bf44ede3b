import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isProxy } from 'node:util/types';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Backends, closeBackends, openBackends } from '../backends/backends.ts';
import { silentLogger } from '../log.ts';
import { inSpan } from './spans.ts';

let folder: string;
let telemetry: ReturnType<typeof recordTelemetry>;
let backends: Backends;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-telemetry-'));
  telemetry = recordTelemetry();
  backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
});
afterEach(async () => {
  await closeBackends(backends);
  await telemetry.close();
  await rm(folder, { recursive: true });
});

const event = () => ({ id: crypto.randomUUID(), type: 'Test', data: {}, metadata: {} });
const series = async (name: string) =>
  (await telemetry.points(name)).map(({ attributes, value }) => [Object.values(attributes).join(' '), value]);

it('measures every call of a store, and traces those within a trace alone', async () => {
  const { eventStore, readModel, objects } = backends;
  await eventStore.append('test', [event(), event()], { expected: 'no_stream' });
  expect(telemetry.spans()).toEqual([]);
  await inSpan('upload', {}, async () => {
    await expect(eventStore.append('test', [event()], { expected: 'no_stream' })).rejects.toThrow();
    expect(await Array.fromAsync(eventStore.read('test'))).toHaveLength(2);
    await readModel.getJobs([1]);
    await objects.put('jobs/secret-name', Buffer.from('content'));
    expect(await text(await objects.get('jobs/secret-name'))).toBe('content');
    await expect(objects.get('jobs/no-such')).rejects.toThrow();
  });
  const spans = telemetry.spans();
  const upload = spans.at(-1);
  expect(
    spans.map(({ name, kind, parentId, failed }) => [name, kind, parentId === upload?.spanId, failed]),
  ).toEqual([
    ['append event_store', 'client', true, true],
    ['read event_store', 'client', true, false],
    ['getJobs read_model', 'client', true, false],
    ['put object_store', 'client', true, false],
    ['get object_store', 'client', true, false],
    ['get object_store', 'client', true, true],
    ['upload', 'internal', false, false],
  ]);
  expect(spans.map((span) => span.text).join()).not.toMatch(/secret-name|no-such/);
  expect(await series('db.client.operation.duration')).toEqual([
    ['sqlite append event_store', 1],
    ['sqlite append event_store ConcurrencyError', 1],
    ['sqlite read event_store', 1],
    ['sqlite getJobs read_model', 1],
  ]);
  expect(await series('inkstream.object_store.operation.duration')).toEqual([
    ['put filesystem', 1],
    ['get filesystem', 1],
    ['get filesystem ObjectNotFoundError', 1],
  ]);
});

it('ends the reading that is left early, as of a stream whose rest nobody wants', async () => {
  const { eventStore } = backends;
  await eventStore.append('test', [event(), event(), event()], { expected: 'no_stream' });
  await inSpan('look', {}, async () => {
    for await (const { revision } of eventStore.read('test')) if (revision === 1) break;
  });
  expect(telemetry.spans().map(({ name, failed }) => [name, failed])).toEqual([
    ['read event_store', false],
    ['look', false],
  ]);
});

it('measures a generation of the read model in the making', async () => {
  const generation = await backends.readModel.startGeneration();
  await generation.getJobs([1]);
  await generation.activate();
  expect((await series('db.client.operation.duration')).map(([labels]) => labels)).toEqual([
    'sqlite startGeneration read_model',
    'sqlite getJobs read_model',
    'sqlite activate read_model',
  ]);
});

it('counts and measures messages by topic and group, those that fail by their error', async () => {
  const { bus } = backends;
  await bus.ensureTopics([{ name: 'test' }]);
  const handled: string[] = [];
  await bus.consume({
    topic: 'test',
    group: 'readers',
    concurrency: 1,
    backoffMs: { first: 1, max: 1 },
    async handler({ value, redelivered }) {
      if (value === 'bad' && redelivered === 0) throw new TypeError('of secret.jpg');
      handled.push(value);
    },
  });
  await inSpan('publish', {}, () =>
    bus.publish(
      'test',
      ['good', 'bad'].map((value) => ({ key: value, value, headers: {} })),
    ),
  );
  await expect.poll(() => handled.toSorted()).toEqual(['bad', 'good']);
  const [send, publish] = telemetry.spans();
  expect(send).toMatchObject({ name: 'send test', kind: 'client', parentId: publish?.spanId });
  expect(await series('messaging.client.sent.messages')).toEqual([['sqlite test send', 2]]);
  expect(await series('messaging.client.operation.duration')).toEqual([['sqlite test send', 1]]);
  expect(await series('messaging.client.consumed.messages')).toEqual([['sqlite test readers process', 3]]);
  expect(await series('messaging.process.duration')).toEqual(
    expect.arrayContaining([
      ['sqlite test readers process', 2],
      ['sqlite test readers process TypeError', 1],
    ]),
  );
});

it('puts nothing in the way of any call without telemetry', async () => {
  const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: join(folder, 'other') } as const;
  expect(isProxy(backends.eventStore)).toBe(true);
  await telemetry.close();
  const plain = await openBackends(config, silentLogger());
  const { eventStore, bus, readModel } = plain;
  await closeBackends(plain);
  expect([eventStore, bus, readModel].filter(isProxy)).toEqual([]);
});

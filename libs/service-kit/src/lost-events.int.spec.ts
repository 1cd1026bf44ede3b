import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toMessage } from '@inkstream/contracts';
import { jobStream, type RecordedJobEvent } from '@inkstream/domain';
import { type EventStore, isFence, StaleReadError } from '@inkstream/event-store';
import { createNoopMeter, metrics } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { closeBackends, openBackends } from './backends/backends.ts';
import { createLogger, silentLogger } from './log.ts';
import { unlessLost } from './lost-events.ts';

let folder: string;
let eventStore: EventStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-lost-'));
  const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder } as const;
  ({ eventStore } = await openBackends(config, silentLogger(), ['eventStore']));
});
afterEach(async () => {
  await closeBackends({ eventStore });
  await rm(folder, { recursive: true });
});

const event: RecordedJobEvent = {
  type: 'FileDeleted',
  data: { fileId: 1, reason: 'test' },
  jobId: 1,
  uid: '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071',
  schemaVersion: 1,
  caller: { tenant: 'default', actor: 'anonymous', requestId: 'r' },
  revision: 2,
  recordedAt: '2026-11-24T12:00:00.000Z',
};
const delivery = (redelivered: number) => ({
  ...toMessage(event, 'id'),
  topic: 'work',
  offset: '7',
  publishedAt: 0,
  redelivered,
  failures: 0,
});
const any = () => ({ id: crypto.randomUUID(), type: 'Any', data: {}, metadata: {} });
const append = (count: number) =>
  eventStore.append(jobStream(1), Array.from({ length: count }, any), { expected: 'any' });
const stream = () => Array.fromAsync(eventStore.read(jobStream(1)));

/** The outcome of a delivery whose read is behind. */
async function outcome(redelivered: number, store = eventStore) {
  const error = vi.fn();
  const failed = unlessLost({ eventStore: store, log: { error } }, delivery(redelivered), event, async () => {
    throw new StaleReadError('It lags');
  });
  return failed.then(
    () => 'done',
    ({ name, reason }) => [name, reason, error.mock.calls.length],
  );
}

it('concludes nothing from the first stale reads, and appends nothing for them', async () => {
  for (const redelivered of [0, 1, 4])
    expect(await outcome(redelivered)).toEqual(['StaleReadError', undefined, 0]);
  expect(await stream()).toEqual([]);
});

it('proves by a fence that the event is lost, whatever the stream has before it, and logs it', async () => {
  expect(await outcome(5)).toEqual(['EventLostError', 'event_lost', 1]);
  expect((await stream()).map(isFence)).toEqual([true]);
  await append(1);
  expect(await outcome(5)).toEqual(['EventLostError', 'event_lost', 1]);
  expect(await stream()).toHaveLength(3);
});

it('does not report an event as lost that the stream has, or that comes meanwhile', async () => {
  await append(2);
  const racing: EventStore = {
    ...eventStore,
    read: (...args) => eventStore.read(...args),
    async append(...args) {
      await append(1);
      return eventStore.append(...args);
    },
  };
  expect(await outcome(5, racing)).toEqual(['StaleReadError', undefined, 0]);
  expect(await outcome(5)).toEqual(['StaleReadError', undefined, 0]);
  expect((await stream()).map(isFence)).toEqual([false, false, false]);
});

it('counts lost events by topic', async () => {
  const counted: unknown[] = [];
  const meter = createNoopMeter();
  meter.createCounter = (name) => ({
    add: (value, attributes) => void counted.push({ name, value, attributes }),
  });
  metrics.setGlobalMeterProvider({ getMeter: () => meter });
  onTestFinished(() => metrics.disable());
  await outcome(0);
  await outcome(9);
  const name = 'inkstream.event_store.events_lost';
  expect(counted).toEqual([{ name, value: 1, attributes: { topic: 'work' } }]);
});

it('has all log lines of the work say what it is about', async () => {
  const lines: string[] = [];
  const log = createLogger('test', 'info', { write: (line) => void lines.push(line) });
  await unlessLost({ eventStore, log }, delivery(0), event, async () => log.info('deep'));
  const [line = ''] = lines;
  expect(JSON.parse(line)).toMatchObject({ jobId: 1, tenant: 'default', requestId: 'r', msg: 'deep' });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MessageBus, MessageBusUnavailableError } from '@inkstream/message-bus';
import { type Backends, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEventRelay, type EventRelay } from './index.ts';
import { submitJob } from './spec-support/jobs.ts';

const log = silentLogger();
const HOUR_MS = 3_600_000;

let recorded: ReturnType<typeof recordTelemetry>;
let folder: string;
let backends: Backends;
let relay: EventRelay;
beforeEach(async () => {
  recorded = recordTelemetry();
  folder = await mkdtemp(join(tmpdir(), 'inkstream-relay-'));
  backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log);
});
afterEach(async () => {
  await relay.close();
  await closeBackends(backends);
  await rm(folder, { recursive: true });
  await recorded.close();
});

it('says how many events it has not published and how old the oldest is, for as long as the bus is away, and that it is not behind once it is back', async () => {
  let away = true;
  const bus: MessageBus = Object.assign(Object.create(backends.bus), {
    publish: (...args: Parameters<MessageBus['publish']>) =>
      away ? Promise.reject(new MessageBusUnavailableError('away')) : backends.bus.publish(...args),
  });
  const now = () => new Date(Date.now() + HOUR_MS);
  relay = await createEventRelay({ eventStore: backends.eventStore, bus, log, now });
  const measured = async () => ({
    lag: (await recorded.series('inkstream.relay.lag'))[''],
    delay: (await recorded.series('inkstream.relay.delay'))[''] ?? -1,
  });
  expect(await measured()).toEqual({ lag: 0, delay: 0 });
  await submitJob(backends.eventStore, 1, ['a', 'b']);
  await vi.waitFor(async () => expect((await measured()).delay).toBeGreaterThanOrEqual(3_600), 10_000);
  for (let n = 0; n < 20; n++) expect((await measured()).delay).toBeGreaterThanOrEqual(3_600);
  await vi.waitFor(async () => expect((await measured()).lag).toBe(3), { timeout: 10_000, interval: 1 });
  away = false;
  await vi.waitFor(async () => expect(await measured()).toEqual({ lag: 0, delay: 0 }), 20_000);
  await relay.close();
  expect(await measured()).toEqual({ lag: undefined, delay: -1 });
});

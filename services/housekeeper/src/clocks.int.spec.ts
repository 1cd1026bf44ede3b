import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobObjects } from '@inkstream/domain';
import { openSqliteEventStore } from '@inkstream/event-store/sqlite';
import { IDEMPOTENCY_STREAM_PREFIX, readWholeJob } from '@inkstream/job-store';
import { type Backends, closeBackends, openBackends, readConfig, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHousekeeper, housekeeperConfig } from './index.ts';
import { begin, submit, unfinishedIn } from './spec-support/jobs.ts';
import { HOUR_MS } from './spec-support/world.ts';

const log = silentLogger();
let folder: string;
let backends: Pick<Backends, 'eventStore' | 'objects'>;
/** How far the store's clock is from that of this process, ms. */
let offMs = 0;
beforeEach(async () => {
  offMs = 0;
  folder = await mkdtemp(join(tmpdir(), 'inkstream-clocks-'));
  const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder } as const;
  const now = () => new Date(Date.now() + offMs);
  const eventStore = await openSqliteEventStore({ file: join(folder, 'events.db'), now });
  backends = { eventStore, ...(await openBackends(config, log, ['objects'])) };
});
afterEach(async () => {
  await closeBackends(backends);
  await rm(folder, { recursive: true });
});

it('a housekeeper goes by the clock of the store: its own, an hour ahead, makes nothing due', async () => {
  const { eventStore, objects } = backends;
  offMs = -2 * HOUR_MS;
  const key = `${IDEMPOTENCY_STREAM_PREFIX}k`;
  const claim = { id: crypto.randomUUID(), type: 'IdempotencyKeyClaimed', data: {}, metadata: {} };
  await eventStore.append(key, [claim], { expected: 'no_stream' });
  const open = await begin(eventStore);
  await objects.put(`${jobObjects(open.uid)}files/1`, Buffer.from('x'));
  const job = await submit(eventStore);
  const config = {
    ...readConfig(housekeeperConfig, {}),
    EXECUTION_DEADLINE: 1.5 * HOUR_MS,
    IDEMPOTENCY_KEY_TTL: 1.5 * HOUR_MS,
    ORPHAN_AGE_MS: 1.5 * HOUR_MS,
    SWEEP_INTERVAL_MS: 50,
  };
  const run = () =>
    createHousekeeper({
      eventStore,
      objects,
      readModel: unfinishedIn(eventStore),
      scavenger: { copies: async () => [], scavenge: async () => {} },
      log,
      config,
    });
  const state = async () => ({
    keys: (await Array.fromAsync(eventStore.read(key))).length,
    objects: (await Array.fromAsync(objects.list(''))).length,
    status: (await readWholeJob(eventStore, job.jobId))?.executions[0]?.status,
  });

  const swept = vi.spyOn(objects, 'sweepUnfinished');
  const early = run();
  const looks = async () => (await Array.fromAsync(eventStore.read('clock'))).length;
  await vi.waitFor(async () => expect(await looks()).toBeGreaterThan(8), { timeout: 20_000 });
  await early.close();
  expect(await state()).toEqual({ keys: 1, objects: 1, status: 'pending' });
  expect(swept.mock.lastCall?.[0].getTime()).toBeLessThan(Date.now() - 3 * HOUR_MS);

  offMs = 0;
  const due = run();
  await vi.waitFor(async () => expect(await state()).toEqual({ keys: 0, objects: 0, status: 'failed' }), {
    timeout: 20_000,
  });
  await due.close();
});

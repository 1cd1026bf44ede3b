import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobStream } from '@inkstream/domain';
import { openEventStoreDb, openEventStoreDbScavenger } from '@inkstream/event-store/eventstoredb';
import { closeBackends, openBackends, readConfig, silentLogger } from '@inkstream/service-kit';
import { startEventStoreDbCluster } from '@inkstream/testing/eventstoredb-double';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createHousekeeper, housekeeperConfig } from './index.ts';
import { unfinishedIn } from './spec-support/jobs.ts';

const SECRET = 'clinic-invoice-of-alice.pdf';

let folder: string;
let store: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-cluster-'));
  store = await mkdtemp(join(tmpdir(), 'inkstream-objects-'));
});
afterAll(() => Promise.all([folder, store].map((one) => rm(one, { recursive: true }))));

/** How many of the cluster's files hold the secret. */
async function filesWithSecret(): Promise<number> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return contents.filter((content) => content.includes(SECRET)).length;
}

it('leaves no name of a deleted job on any of three nodes (wire doubles of EventStoreDB)', async () => {
  const cluster = await startEventStoreDbCluster({ folder });
  const eventStore = await openEventStoreDb({ url: cluster.url });
  const scavenger = openEventStoreDbScavenger({ url: cluster.url, pollMs: 20 });
  const event = (type: string, data = {}) => ({ id: crypto.randomUUID(), type, data, metadata: {} });
  await eventStore.append(jobStream(1), [event('JobSubmitted', { name: SECRET })], { expected: 'no_stream' });
  const { revision } = await eventStore.append(jobStream(1), [event('JobDeleted')], { expected: 0 });
  await eventStore.truncate(jobStream(1), revision);
  // The log may close with the newest event in it, which no scavenge takes.
  await eventStore.append('other', [event('Noted')], { expected: 'any' });
  await vi.waitFor(async () => expect(await filesWithSecret()).toBeGreaterThanOrEqual(3), {
    timeout: 20_000,
  });
  const log = silentLogger();
  const config = { ...readConfig(housekeeperConfig, {}), SCAVENGE_DELAY_MS: 0 };
  const { objects } = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: store }, log, [
    'objects',
  ]);
  const readModel = unfinishedIn(eventStore);
  const housekeeper = createHousekeeper({ eventStore, objects, readModel, scavenger, log, config });
  try {
    await vi.waitFor(async () => expect(await filesWithSecret()).toBe(0), { timeout: 20_000 });
    await vi.waitFor(() => expect(housekeeper.details().lastScavenge).toMatch(/Z$/));
    expect(housekeeper.details().scavengeFault).toBeUndefined();
  } finally {
    await housekeeper.close();
    await closeBackends({ eventStore, objects });
    await cluster.close();
  }
});

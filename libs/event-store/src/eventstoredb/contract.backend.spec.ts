import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe } from 'vitest';
import { subscribingContract } from '../contract/subscribing.ts';
import { eventStoreContract } from '../contract.ts';
import type { EventStore } from '../event-store.ts';
import { openEventStoreDb } from './index.ts';
import { startCluster } from './spec-support/cluster.ts';
import { startDouble } from './spec-support/double.ts';
import { startServers } from './spec-support/servers.ts';

for (const { name, url, batches } of await startServers()) {
  const connect = () => openEventStoreDb({ url });
  const open = async () => ({ store: await connect(), connect, remove: async () => {} });
  eventStoreContract(name, open, () => startCluster(batches));
}

/** The first start of an installation: the log holds fewer events than a search window does. */
describe('EventStoreDB on the wire double with an empty log', () => {
  let url: string;
  let store: EventStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    ({ url, close } = await startDouble());
    store = await openEventStoreDb({ url });
  });
  afterEach(async () => {
    await store.close();
    await close();
  });
  subscribingContract({
    get store() {
      return store;
    },
    prefix: `contract-${randomUUID()}-`,
    connect: () => openEventStoreDb({ url }),
  });
});

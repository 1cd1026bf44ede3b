import { eventStoreContract } from '../contract.ts';
import { openEventStoreDb } from './index.ts';
import { startCluster } from './spec-support/cluster.ts';
import { startDouble } from './spec-support/double.ts';
import { startServers } from './spec-support/servers.ts';

for (const { name, url, batches } of await startServers()) {
  const connect = () => openEventStoreDb({ url });
  const open = async () => ({ store: await connect(), connect, remove: async () => {} });
  eventStoreContract(name, open, () => startCluster(batches));
}

/** The first start of an installation: in a log that holds fewer events than a search window does. */
eventStoreContract('EventStoreDB on the wire double with an empty log', async () => {
  const double = await startDouble();
  const connect = () => openEventStoreDb({ url: double.url });
  return { store: await connect(), connect, remove: double.close };
});

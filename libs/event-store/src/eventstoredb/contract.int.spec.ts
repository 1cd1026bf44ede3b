import { eventStoreContract } from '../contract.ts';
import { openEventStoreDb } from './index.ts';
import { startServers } from './spec-support/servers.ts';

for (const { name, url } of await startServers()) {
  const connect = () => openEventStoreDb({ url });
  eventStoreContract(name, async () => ({ store: await connect(), connect, remove: async () => {} }));
}

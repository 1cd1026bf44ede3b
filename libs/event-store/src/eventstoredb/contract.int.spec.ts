import { afterAll } from 'vitest';
import { eventStoreContract } from '../contract.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/server.ts';

/** A server that runs elsewhere, or doubles that offer either way to append. */
const given = process.env.EVENTSTORE_URL;
const doubles = given ? [] : [await startDouble(), await startDouble({ batchAppend: false })];
afterAll(async () => {
  for (const double of doubles) await double.close();
});
const servers = given
  ? [{ name: 'EventStoreDB at EVENTSTORE_URL', url: given }]
  : doubles.map(({ url }, index) => ({
      name: `EventStoreDB on the wire double, appending ${index === 0 ? 'in batches' : 'the classic way'},`,
      url,
    }));

for (const { name, url } of servers) {
  const connect = () => openEventStoreDb({ url });
  eventStoreContract(name, async () => ({ store: await connect(), connect, remove: async () => {} }));
}

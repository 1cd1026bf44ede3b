import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract } from '../contract.ts';
import { openSqliteEventStore } from './index.ts';

eventStoreContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-event-store-'));
  const connect = () => openSqliteEventStore({ file: join(folder, 'events.db') });
  return { store: await connect(), connect, remove: () => rm(folder, { recursive: true }) };
});

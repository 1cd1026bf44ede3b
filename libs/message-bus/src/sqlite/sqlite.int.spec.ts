import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageBusContract } from '../contract.ts';
import { openSqliteMessageBus } from './index.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'inkstream-message-bus-'));

messageBusContract('SQLite', async () => {
  const folder = await makeFolder();
  const connect = () => openSqliteMessageBus({ file: join(folder, 'bus.db') });
  return { bus: await connect(), connect, remove: () => rm(folder, { recursive: true }) };
});

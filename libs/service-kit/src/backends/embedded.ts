import { join } from 'node:path';
import type { Scavenger } from '@inkstream/event-store';
import type { Logger } from '../log.ts';
import type { BackendConfig } from './backend-config.ts';
import type { Openers } from './backends.ts';
import { dataFolderFault, ensureDataFolder } from './data-folder.ts';
import { ensureDataFormat } from './data-format.ts';

const [MAIN_FILE, READ_MODEL_FILE] = ['inkstream.db', 'readmodel.db'];

/** SQLite and folders below one folder, which is made if it is missing. */
export function embedded(config: BackendConfig, log: Logger): Openers {
  const { INKSTREAM_DATA_DIR: folder, RESERVED_DISK_BYTES: reservedBytes } = config;
  const inFolder = async <T>(name: string, open: (path: string) => Promise<T>): Promise<T> => {
    await ensureDataFolder(folder, log);
    await ensureDataFormat(folder, MAIN_FILE);
    return open(join(folder, name)).catch((error) => {
      throw dataFolderFault(folder, error);
    });
  };
  return {
    async eventStore() {
      const { openSqliteEventStore } = await import('@inkstream/event-store/sqlite');
      return inFolder(MAIN_FILE, (file) => openSqliteEventStore({ file, log }));
    },
    async bus() {
      const { openSqliteMessageBus } = await import('@inkstream/message-bus/sqlite');
      return inFolder(MAIN_FILE, (file) => openSqliteMessageBus({ file, log }));
    },
    async objects() {
      const { openFilesystemObjectStore } = await import('@inkstream/object-store/filesystem');
      return inFolder('objects', (objects) => openFilesystemObjectStore({ folder: objects, reservedBytes }));
    },
    async readModel() {
      const { openSqliteReadModel } = await import('@inkstream/read-model/sqlite');
      return inFolder(READ_MODEL_FILE, (file) => openSqliteReadModel({ file, log }));
    },
  };
}

/** Scavenges every file that holds names of jobs: the event store's, which is the bus's too, and the read model's. */
export async function embeddedScavenger({ INKSTREAM_DATA_DIR: folder }: BackendConfig): Promise<Scavenger> {
  const { openSqliteScavenger } = await import('@inkstream/event-store/sqlite');
  return openSqliteScavenger([join(folder, MAIN_FILE), join(folder, READ_MODEL_FILE)]);
}

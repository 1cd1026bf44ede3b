import { join } from 'node:path';
import type { EventStore } from '@inkstream/event-store';
import { openEventStoreDb } from '@inkstream/event-store/eventstoredb';
import { openBackends, silentLogger } from '@inkstream/service-kit';
import { startEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';

interface OpenLog {
  readonly store: EventStore;
  close(): Promise<void>;
}

/** An empty event store of each kind, in a folder. */
export const logs: Readonly<Record<string, (folder: string) => Promise<OpenLog>>> = {
  async SQLite(folder) {
    const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: join(folder, 'log') } as const;
    const { eventStore: store } = await openBackends(config, silentLogger(), ['eventStore']);
    return { store, close: () => store.close() };
  },
  async 'EventStoreDB (a wire double)'(folder) {
    const double = await startEventStoreDbDouble({ file: join(folder, 'double.db') });
    const store = await openEventStoreDb({ url: double.url });
    return { store, close: () => store.close().then(() => double.close()) };
  },
};

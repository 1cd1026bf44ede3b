import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@inkstream/event-store';
import { openSqliteEventStore } from '@inkstream/event-store/sqlite';
import { afterEach, beforeEach } from 'vitest';

/** An event store for each test of a suite. */
export function useStore(): () => EventStore {
  let folder: string;
  let store: EventStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-jobs-'));
    store = await openSqliteEventStore({ file: join(folder, 'events.db') });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return () => store;
}

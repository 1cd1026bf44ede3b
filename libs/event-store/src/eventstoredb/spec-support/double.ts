import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EventStoreDbDouble,
  type EventStoreDbDoubleOptions,
  startEventStoreDbDouble,
} from '@inkstream/testing/eventstoredb-double';

/** A wire double in this process, on a log of its own that goes with it. */
export async function startDouble(
  options: Partial<EventStoreDbDoubleOptions> = {},
): Promise<EventStoreDbDouble> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-eventstoredb-'));
  const double = await startEventStoreDbDouble({ file: join(folder, 'log.db'), ...options });
  const close = async () => {
    await double.close();
    await rm(folder, { recursive: true });
  };
  return { ...double, close };
}

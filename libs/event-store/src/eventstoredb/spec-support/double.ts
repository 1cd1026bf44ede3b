import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EventStoreDbDouble,
  type EventStoreDbDoubleOptions,
  startEventStoreDbDouble,
} from '@inkstream/testing/eventstoredb-double';

/** A wire double in this process, on a log of its own that is removed with it; it may be closed twice. */
export async function startDouble(
  options: Partial<EventStoreDbDoubleOptions> = {},
): Promise<EventStoreDbDouble> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-eventstoredb-'));
  const double = await startEventStoreDbDouble({ file: join(folder, 'log.db'), ...options });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= double.close().then(() => rm(folder, { recursive: true }));
    return closing;
  };
  return { ...double, close };
}

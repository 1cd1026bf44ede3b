import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeEngines, type Engines, openEngines, silentLogger } from '@inkstream/service-kit';

/** Runs the work on embedded engines in an empty folder. */
export async function onEmbeddedEngines<T>(work: (engines: Engines) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const engines = await openEngines(
    { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder },
    silentLogger(),
  );
  try {
    return await work(engines);
  } finally {
    await closeEngines(engines);
    await rm(folder, { recursive: true });
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendKinds, backendNamedBy, type StackKind, startBackend } from '@inkstream/native-stack';
import type { Env } from './service.ts';

/** How the services are run: all in one process on embedded backends, or each alone on Kafka and the others. */
export type Mode = 'embedded' | 'distributed';

/** Empty backends to measure on. */
export interface Backends {
  /** The configuration of whoever uses them. */
  readonly env: Env;
  /** Ends them and deletes what they hold; those that the environment named are left as they are. */
  close(): Promise<void>;
}

/** The backends of a distributed Inkstream: those that the environment names, native processes for the others. */
export async function startBackends(kinds: readonly StackKind[] = backendKinds): Promise<Backends> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const started = await Promise.all(
    kinds.map(async (kind) => {
      const given = backendNamedBy(process.env, kind);
      if (given) return { env: given, close: async () => {} };
      return startBackend(kind, { folder: join(folder, kind), log: console.error });
    }),
  );
  return {
    env: Object.assign({ INKSTREAM_MODE: 'distributed' }, ...started.map(({ env }) => env)),
    async close() {
      await Promise.all(started.map((one) => one.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The backends of an embedded Inkstream: an empty folder. */
export async function makeDataFolder(): Promise<Backends> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  return {
    env: { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export const backendsOf = (mode: Mode, kinds?: readonly StackKind[]): Promise<Backends> =>
  mode === 'embedded' ? makeDataFolder() : startBackends(kinds);

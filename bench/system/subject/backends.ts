import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendKinds, type StackKind, startBackend } from '@inkstream/native-stack';
import type { Env } from './service.ts';

/** How the services are run: all in one process on embedded backends, or each alone on Kafka and the others. */
export type Mode = 'embedded' | 'distributed';

/** What says where a backend is that runs already. */
const VARIABLES: Readonly<Record<StackKind, readonly string[]>> = {
  kafka: ['KAFKA_BROKERS'],
  minio: ['MINIO_URL', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY', 'MINIO_BUCKET'],
  mongodb: ['MONGODB_URL'],
  eventstoredb: ['EVENTSTORE_URL'],
};

/** Empty backends to measure on. */
export interface Backends {
  /** The configuration of whoever uses them. */
  readonly env: Env;
  /** Ends them and deletes what they hold; those that the environment named are left as they are. */
  close(): Promise<void>;
}

const givenBy = (kind: StackKind): Env =>
  Object.fromEntries(
    VARIABLES[kind].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value] as const] : [];
    }),
  );

/** The backends of a distributed Inkstream: those that the environment names, native processes for the others. */
export async function startBackends(kinds: readonly StackKind[] = backendKinds): Promise<Backends> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const started = await Promise.all(
    kinds.map(async (kind) => {
      const given = givenBy(kind);
      if (Object.keys(given).length > 0) return { env: given, close: async () => {} };
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

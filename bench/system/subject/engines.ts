import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineKinds, type StackKind, startEngine } from '@inkstream/native-stack';
import type { Env } from './service.ts';

/** How the services are run: all in one process on embedded engines, or each alone on Kafka and the others. */
export type Mode = 'embedded' | 'distributed';

/** What says where an engine is that runs already. */
const VARIABLES: Readonly<Record<StackKind, readonly string[]>> = {
  kafka: ['KAFKA_BROKERS'],
  minio: ['MINIO_URL', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY', 'MINIO_BUCKET'],
  mongodb: ['MONGODB_URL'],
  eventstoredb: ['EVENTSTORE_URL'],
};

/** Empty engines to measure on. */
export interface Engines {
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

/** The engines of a distributed Inkstream: those that the environment names, native processes for the others. */
export async function startEngines(kinds: readonly StackKind[] = engineKinds): Promise<Engines> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const started = await Promise.all(
    kinds.map(async (kind) => {
      const given = givenBy(kind);
      if (Object.keys(given).length > 0) return { env: given, close: async () => {} };
      return startEngine(kind, { folder: join(folder, kind), log: console.error });
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

/** The engines of an embedded Inkstream: an empty folder. */
export async function makeDataFolder(): Promise<Engines> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  return {
    env: { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export const enginesOf = (mode: Mode, kinds?: readonly StackKind[]): Promise<Engines> =>
  mode === 'embedded' ? makeDataFolder() : startEngines(kinds);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  backendKinds,
  backendNamedBy,
  type NativeBackend,
  type StackKind,
  startBackend,
} from '@inkstream/native-stack';
import { type OwnDatabase, ownDatabase } from '@inkstream/read-model/own-database';
import type { Env } from './cluster.ts';

const NATIVE: Readonly<Record<StackKind, string>> = {
  kafka: 'a native process',
  minio: 'a native process',
  mongodb: 'a wire double',
  eventstoredb: 'a wire double',
};

/** The backends that a cluster stands on. */
export interface ClusterBackends {
  readonly env: Env;
  /** Those that were started here, which may be killed. */
  readonly native: readonly NativeBackend[];
  /** What each is, such as `kafka: a native process`. */
  readonly description: string;
  close(): Promise<void>;
}

/**
 * The backends that the environment names, and empty ones of their own for the rest; for all of them with `own`. A cluster
 * that is started on them has a MongoDB database of its own, so that the documents of another one are never in its lists;
 * `shared` is for one that runs already.
 */
export async function startBackends({ own = false, shared = false } = {}): Promise<ClusterBackends> {
  const databases: OwnDatabase[] = [];
  const ofThisCluster = (env: Env): Env => {
    if (shared || !env.MONGODB_URL) return env;
    const database = ownDatabase(env.MONGODB_URL);
    databases.push(database);
    return { ...env, MONGODB_URL: database.url };
  };
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-backends-'));
  const started = await Promise.all(
    backendKinds.map(async (kind) => {
      const elsewhere = own ? null : backendNamedBy(process.env, kind);
      if (elsewhere) return { env: ofThisCluster(elsewhere), what: `${kind}: named by the environment` };
      const native = await startBackend(kind, { folder: join(folder, kind), log: console.error });
      return { env: native.env, native, what: `${kind}: ${NATIVE[kind]}` };
    }),
  );
  const description = started.map(({ what }) => what).join(', ');
  console.error(`backends: ${description}`);
  const native = started.flatMap((one) => ('native' in one ? one.native : []));
  return {
    env: Object.assign({}, ...started.map(({ env }) => env)),
    native,
    description,
    async close() {
      await Promise.all(databases.map((one) => one.drop()));
      await Promise.all(native.map((one) => one.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  backendKinds,
  freePort,
  type NativeBackend,
  type StackKind,
  startBackend,
} from '@inkstream/native-stack';
import { type FaultyWay, mountSmallDisk, type SmallDisk, startFaultyWay } from '@inkstream/testing';
import type { ClusterBackends } from '../support/distributed/backends.ts';
import type { Env } from '../support/distributed/cluster.ts';

/** Room for an hour of uploads; of memory it takes what is in it. */
const DISK_MIB = 8_192;

/** A store of the cluster's own, on a disk and behind a way that can go wrong. */
export interface ChaosStore {
  readonly kind: StackKind;
  readonly process: NativeBackend;
  readonly port: number;
  readonly way: FaultyWay;
  /** Null if this user may mount none. */
  readonly disk: SmallDisk | null;
}

/** Services find them by the ways, as `env` says. */
export interface ChaosStores extends ClusterBackends {
  /** Where the test finds them; Kafka tells everybody the way. */
  readonly directEnv: Env;
  readonly all: readonly ChaosStore[];
}

async function startStore(kind: StackKind, folder: string): Promise<ChaosStore> {
  const disk = await mountSmallDisk(DISK_MIB);
  const port = await freePort();
  const way = await startFaultyWay(port);
  const options = { folder: disk ? join(disk.folder, kind) : join(folder, kind), port, log: console.error };
  const process = await startBackend(kind, {
    ...options,
    ...(kind === 'kafka' && { advertisedPort: way.port }),
  });
  return { kind, process, port, way, disk };
}

/** The variables of a store; where they name its port, the way's stands instead. */
const byTheWay = ({ process, way, port }: ChaosStore): Env =>
  Object.fromEntries(
    Object.entries(process.env).map(([name, value]) => [name, value.replace(`:${port}`, `:${way.port}`)]),
  );

/** All four, with nothing in them. */
export async function startChaosStores(): Promise<ChaosStores> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-chaos-'));
  const all = await Promise.all(backendKinds.map((kind) => startStore(kind, folder)));
  if (all.some(({ disk }) => !disk))
    console.error(
      'DISKS STAY HEALTHY: this user may mount nothing, so no disk is filled. Run it as root for that.',
    );
  return {
    env: Object.assign({}, ...all.map((store) => byTheWay(store))),
    directEnv: Object.assign({}, ...all.map(({ process }) => process.env)),
    all,
    native: all.map(({ process }) => process),
    description: 'behind ways and on disks that fail',
    async close() {
      await Promise.all(all.map(({ process }) => process.close()));
      await Promise.all(all.flatMap(({ way, disk }) => [way.close(), disk?.close()]));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

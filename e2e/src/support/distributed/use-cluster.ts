import type { BackendKind, NativeBackend } from '@inkstream/native-stack';
import {
  type Backends,
  backendConfig,
  closeBackends,
  openBackends,
  readConfig,
  silentLogger,
} from '@inkstream/service-kit';
import { afterAll, beforeAll } from 'vitest';
import { type Api, createApi } from '../api.ts';
import { waitFor } from '../wait-for.ts';
import { type ClusterBackends, startBackends } from './backends.ts';
import { type Cluster, type ClusterOptions, type Env, type Replicas, startCluster } from './cluster.ts';
import type { Service } from './service.ts';

/** Backends may have to be installed first. */
const START_LIMIT_MS = 600_000;

/** The provider `echo`, which says the SHA-256 of what it is given. */
export const echo = ({ replicas = 1, delayMs = 20, faults = 0 } = {}): Replicas => ({
  script: new URL('../../chaos/echo-service.ts', import.meta.url),
  replicas,
  env: { ECHO_DELAY_MS: String(delayMs), ECHO_FAULTS: String(faults) },
});

export interface UsedClusterOptions extends Omit<ClusterOptions, 'env'> {
  /** Configuration of all services beside where the backends are. */
  readonly env?: Env;
  /** How many providers its services are. */
  readonly announced?: number;
  /** Whether the backends must be those of this file, which it may kill, whatever the environment names. */
  readonly ownBackends?: boolean;
  /** Starts what the cluster stands on, in place of that. */
  readonly start?: () => Promise<ClusterBackends>;
}

/** The cluster of a spec file, with clients of its backends. */
export interface UsedCluster {
  readonly cluster: Cluster;
  readonly stores: Backends;
  /** What the backends are, such as `kafka: a native process`. */
  readonly backends: string;
  /** Where they are. */
  readonly env: Env;
  /** The first gateway, as clients call it. */
  readonly api: Api;
  /** One of the backends of its own. */
  backend(kind: BackendKind): NativeBackend;
  /** One of the replicas of a service, counted from 0. */
  service(name: string, replica?: number): Service;
}

/** A cluster for all tests of the file that calls this: on backends of its own, or those that the environment names. */
export function useCluster({
  announced = 1,
  ownBackends = false,
  env = {},
  start = () => startBackends({ own: ownBackends }),
  ...options
}: UsedClusterOptions): UsedCluster {
  let backends: ClusterBackends | undefined;
  let cluster: Cluster | undefined;
  let stores: Backends | undefined;
  const running = <T>(part: T | undefined): T => {
    if (!part) throw new Error('The cluster does not run outside of tests');
    return part;
  };
  const service = (name: string, replica = 0) => running(running(cluster).of(name)[replica]);
  const api = createApi(() => service('upload-gateway').url);

  beforeAll(async () => {
    backends = await start();
    cluster = await startCluster({ ...options, env: { ...backends.env, LOG_LEVEL: 'error', ...env } });
    const config = readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...backends.env });
    stores = await openBackends(config, silentLogger());
    for (const { url } of cluster.of('upload-gateway'))
      await waitFor(
        'the providers',
        async () => (await (await fetch(`${url}/providers`)).json()) as unknown[],
        (providers) => providers.length === announced,
      );
  }, START_LIMIT_MS);

  afterAll(async () => {
    await cluster?.stop();
    if (stores) await closeBackends(stores);
    await backends?.close();
  }, START_LIMIT_MS);

  return {
    api,
    service,
    get cluster() {
      return running(cluster);
    },
    get stores() {
      return running(stores);
    },
    get backends() {
      return running(backends).description;
    },
    get env() {
      return running(backends).env;
    },
    backend: (kind) => running(running(backends).native.find((one) => one.kind === kind)),
  };
}

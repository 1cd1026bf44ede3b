import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Env } from '../support/distributed/cluster.ts';
import { type Service, startService } from '../support/distributed/service.ts';
import { keepAsking } from '../support/kubernetes/probe.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Balancer, startBalancer } from './balancer.ts';
import { rolloutOf } from './rollout.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
/** Until a change of a Service's Pods has come to all that send it connections. */
const HEARD_OF_MS = 1_000;

/** A release, by the folder of its sources. */
export interface Release {
  readonly name: string;
  readonly folder: string;
}

/** Each after all that read what it writes, so that in this order nothing waits for an upgrade. */
export const READERS_FIRST = [
  'projection',
  'query-api',
  'housekeeper',
  'event-relay',
  'echo',
  'upload-gateway',
] as const;
export type ServiceName = (typeof READERS_FIRST)[number];

const MAINS: Readonly<Record<ServiceName, string>> = {
  projection: 'services/projection/src/main.ts',
  'query-api': 'services/query-api/src/main.ts',
  housekeeper: 'services/housekeeper/src/main.ts',
  'event-relay': 'services/event-relay/src/main.ts',
  echo: 'e2e/src/chaos/echo-service.ts',
  'upload-gateway': 'services/upload-gateway/src/main.ts',
};

/** Every service as a process of its own, replaced one by one while they run, as an orchestrator does. */
export interface RollingCluster {
  /** The gateway, whichever runs. */
  readonly url: string;
  /** The replicas of a service that run now: two while it is being replaced. */
  of(name: ServiceName): readonly Service[];
  /** Starts a replica of the release beside the one that runs, and stops that one once both have run together. */
  replace(name: ServiceName, release: Release, together?: () => Promise<void>): Promise<void>;
  /**
   * The same as a Deployment does it, by the release's own manifests: the new one is sent connections once its readiness
   * probe succeeds, and stays beside the other one for `minReadySeconds`; that one goes on as before while its preStop
   * hook runs, and nothing new is sent to it meanwhile. Resolves while it ends, which `ended` waits for.
   */
  rollOut(name: ServiceName, release: Release): Promise<void>;
  /** Rejects if one that was rolled out of service did not end by itself within its grace, with 0. */
  ended(): Promise<void>;
  /** What each service says at `/health/ready` of what waits for an upgrade; nothing if none does. */
  waiting(): Promise<Partial<Record<ServiceName, string>>>;
  /** What the services have logged. */
  log(): string;
  stop(): Promise<void>;
}

async function waitingIn(services: readonly Service[]): Promise<string[]> {
  const waits = services.map(async ({ url }) => {
    const health = (await (await fetch(`${url}/health/ready`)).json()) as { laterRelease?: string };
    return health.laterRelease ?? [];
  });
  return (await Promise.all(waits)).flat();
}

/** Starts all services of a release, and waits until uploads for `echo` are taken. */
export async function startRollingCluster(release: Release, backends: Env): Promise<RollingCluster> {
  const running = new Map<ServiceName, readonly Service[]>();
  const stopped: string[] = [];
  const [gateways, readers] = [await startBalancer(), await startBalancer()];
  const balancers: Partial<Record<ServiceName, Balancer>> = {
    'upload-gateway': gateways,
    'query-api': readers,
  };
  const env: Env = {
    INKSTREAM_MODE: 'distributed',
    LOG_LEVEL: 'error',
    INTERNAL_SECRET: 'secret of releases that run side by side',
    TRUST_PROXY: 'loopback',
    QUERY_API_URL: readers.url,
    ECHO_DELAY_MS: '20',
    ...backends,
  };
  const of = (name: ServiceName) => running.get(name) ?? [];
  const set = (name: ServiceName, services: readonly Service[]) => {
    running.set(name, services);
    balancers[name]?.send(services.map(({ url }) => url));
  };
  const start = ({ name: version, folder }: Release, name: ServiceName) =>
    startService({
      name: `${name} of ${version}`,
      script: pathToFileURL(join(folder, MAINS[name])),
      env,
    });
  const end = async (service: Service) => {
    const code = await service.end('SIGTERM');
    stopped.push(service.log());
    if (code !== 0 || service.ownEnds > 0)
      throw new Error(
        `${service.name} ended with ${code}, ${service.ownEnds} times by itself:\n${service.log()}`,
      );
  };
  const ending: Promise<void>[] = [];
  /** Deletes a Pod, as kubelet does. */
  const remove = async (service: Service, release: Release) => {
    const { preStopMs, graceMs } = await rolloutOf(release, REPOSITORY);
    await sleep(preStopMs);
    const limitMs = graceMs - preStopMs;
    const tooLong = sleep(limitMs, undefined, { ref: false }).then((): never => {
      throw new Error(`${service.name} did not end within ${limitMs} ms:\n${service.log()}`);
    });
    await Promise.race([end(service), tooLong]);
  };
  const cluster: RollingCluster = {
    url: gateways.url,
    of,
    async replace(name, next, together = async () => {}) {
      const before = of(name);
      const started = await start(next, name);
      set(name, [...before, started]);
      await together().catch((cause) => {
        const both = [...before, started].map((service) => service.name).join(' and ');
        throw new Error(`While ${both} ran together: ${cause}`, { cause });
      });
      set(name, [started]);
      await Promise.all(before.map(end));
    },
    async rollOut(name, next) {
      const { readiness, minReadyMs } = await rolloutOf(next, REPOSITORY);
      const before = of(name);
      const started = await start(next, name);
      const probing = new AbortController();
      let ready = false;
      keepAsking(
        Number(new URL(started.url).port),
        readiness,
        (isWell) => {
          ready = isWell;
        },
        probing.signal,
      );
      await waitFor(`${started.name} to be ready`, () => ready, Boolean);
      await sleep(HEARD_OF_MS);
      set(name, [...before, started]);
      await sleep(minReadyMs - HEARD_OF_MS);
      probing.abort();
      if (!ready) throw new Error(`${started.name} is not ready any more:\n${started.log()}`);
      for (const old of before) {
        const removed = remove(old, next);
        removed.catch(() => {});
        ending.push(removed);
      }
      await sleep(HEARD_OF_MS);
      set(name, [started]);
    },
    async ended() {
      await Promise.all(ending);
    },
    async waiting() {
      const all = READERS_FIRST.map(async (name) => [name, (await waitingIn(of(name))).join('; ')] as const);
      return Object.fromEntries((await Promise.all(all)).filter(([, what]) => what !== ''));
    },
    log: () => [...stopped, ...[...running.values()].flat().map((service) => service.log())].join(''),
    async stop() {
      await Promise.all([...running.values()].flat().map((service) => service.end('SIGTERM')));
      gateways.close();
      readers.close();
    },
  };
  try {
    const starts = READERS_FIRST.map(async (name) => set(name, [await start(release, name)]));
    const started = await Promise.allSettled(starts);
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    await waitFor(
      'the provider',
      async () => (await (await fetch(`${gateways.url}/providers`)).json()) as unknown[],
      ({ length }) => length === 1,
    );
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

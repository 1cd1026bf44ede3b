import { setTimeout as sleep } from 'node:timers/promises';
import type { Backends, Mode } from './backends.ts';
import { backendsOf } from './backends.ts';
import { cpuOf, type Env, type Service, startService } from './service.ts';

const PROVIDERS_LIMIT_MS = 60_000;

/** Which provider runs: one that does no work, the local engine, or none. */
export type Provider = 'idle' | 'paddle' | 'none';

export interface SubjectOptions {
  readonly provider: Provider;
  /** How many gateways a distributed one has. */
  readonly gateways?: number;
  /** Whether a distributed one has all its other services too (default), or gateways only. */
  readonly others?: boolean;
  /** Those to run on; empty ones of its own where none are given. */
  readonly backends?: Backends;
}

/** An Inkstream that is measured. */
export interface Subject {
  /** Of each gateway. */
  readonly urls: readonly [string, ...string[]];
  readonly env: Env;
  /** CPU time that all its services have taken so far, s; that of the backends is not in it. */
  cpu(): Promise<number>;
  /** The same of each service. */
  cpuByService(): Promise<(readonly [name: string, seconds: number])[]>;
  /** Memory that all its services have now (resident), bytes. */
  memory(): Promise<number>;
  /** Ends it, and its backends if they are its own. */
  close(): Promise<void>;
}

const main = (service: string) => new URL(`../../../services/${service}/src/main.ts`, import.meta.url);
const IDLE = new URL('./idle-service.ts', import.meta.url);
/** Where nobody answers. */
const NOWHERE = 'http://127.0.0.1:9';
const ALL_IN_ONE = new URL('./all-in-one.ts', import.meta.url);

const INTERNAL_SECRET = 'secret of the services that are measured';

const startMain = (service: string, env: Env) =>
  startService(service, main(service), { INTERNAL_SECRET, ...env });

const startGateways = (env: Env, gateways: number, queryApi: string): Promise<Service[]> =>
  Promise.all(
    Array.from({ length: gateways }, () => startMain('upload-gateway', { ...env, QUERY_API_URL: queryApi })),
  );

/** All services, those that face the client last. */
async function startServices(env: Env, provider: Provider, gateways: number): Promise<Service[]> {
  const [queryApi, ...others] = await Promise.all([
    startMain('query-api', env),
    startMain('event-relay', env),
    startMain('projection', env),
    startMain('housekeeper', env),
    ...(provider === 'idle' ? [startService('idle', IDLE, env)] : []),
    ...(provider === 'paddle' ? [startMain('ocr-paddle-local', env)] : []),
  ]);
  const doors = await startGateways(env, gateways, queryApi.url);
  return [...doors, queryApi, ...others];
}

const NAMES: Readonly<Record<Provider, string | null>> = {
  idle: 'idle',
  paddle: 'paddle-ocr-local',
  none: null,
};

/** Waits until a gateway offers the provider. */
export async function untilOffered(url: string, provider: string): Promise<void> {
  const giveUpAt = performance.now() + PROVIDERS_LIMIT_MS;
  while (!(await (await fetch(`${url}/providers`)).text()).includes(`"${provider}"`)) {
    if (performance.now() > giveUpAt) throw new Error(`${url} does not offer ${provider}`);
    await sleep(25);
  }
}

/** Starts an Inkstream, embedded in a process of its own, distributed in one for each service. */
export async function startSubject(
  mode: Mode,
  { provider, gateways = 1, others = true, backends: given }: SubjectOptions,
): Promise<Subject> {
  const backends = given ?? (await backendsOf(mode));
  const start = async () => {
    if (mode === 'embedded') return [await startService('all-in-one', ALL_IN_ONE, backends.env, [provider])];
    return others
      ? startServices(backends.env, provider, gateways)
      : startGateways(backends.env, gateways, NOWHERE);
  };
  const services = await start();
  const doors = services.slice(0, mode === 'embedded' ? 1 : gateways).map(({ url }) => url);
  const [first, ...rest] = doors;
  if (first === undefined) throw new Error('There is no gateway');
  const name = NAMES[provider];
  if (name !== null) await Promise.all(doors.map((url) => untilOffered(url, name)));
  return {
    urls: [first, ...rest],
    env: backends.env,
    cpu: () => cpuOf(services),
    cpuByService: () =>
      Promise.all(services.map(async (service) => [service.name, await service.cpu()] as const)),
    memory: async () => {
      const each = await Promise.all(services.map((service) => service.memory()));
      return each.reduce((sum, one) => sum + one, 0);
    },
    async close() {
      for (const service of services) await service.close();
      if (!given) await backends.close();
    },
  };
}

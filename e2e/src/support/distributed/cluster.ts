import { type Service, type ServiceSpec, startService } from './service.ts';

export type Env = Readonly<Record<string, string>>;

export const main = (service: string) =>
  new URL(`../../../../services/${service}/src/main.ts`, import.meta.url);

/** How many replicas of a service run, one by default, and with which configuration of their own. */
export interface Replicas {
  readonly script: URL;
  readonly replicas?: number;
  readonly env?: Env;
}

export interface ClusterOptions {
  /** Where the backends are, and configuration of all services. */
  readonly env: Env;
  /** The services of the core by their folder, where they differ from one replica each. */
  readonly core?: Readonly<Record<string, Omit<Replicas, 'script'>>>;
  /** Services of providers by name. */
  readonly providers: Readonly<Record<string, Replicas>>;
}

/** Every service of Inkstream as a process of its own. */
export interface Cluster {
  /** Replicas of all services; the name of each says of which one. */
  readonly services: readonly Service[];
  /** The replicas of a service. */
  of(name: string): readonly Service[];
  /** Ends all, gateways first and the relay last; gives the worst exit code and what they logged. */
  stop(): Promise<{ code: number | null; log: string }>;
}

/** Of the gateway and query-api. */
const INTERNAL_SECRET = 'secret of the clusters that are tested';
/** Of the gateway and the providers. */
const PASSWORD_SECRET = Buffer.alloc(32, 'secret').toString('hex');

/** The local engine. */
export const PADDLE: Replicas = { script: main('ocr-paddle-local'), env: { PADDLE_OCR_THREADS: '1' } };

/** Starts the services and waits until each is ready. */
export async function startCluster({ env, core = {}, providers }: ClusterOptions): Promise<Cluster> {
  const services: Service[] = [];
  const start = async (name: string, { script, replicas = 1, env: own = {} }: Replicas) => {
    const spec: ServiceSpec = {
      name,
      script,
      env: {
        INKSTREAM_MODE: 'distributed',
        LOG_LEVEL: 'warn',
        INTERNAL_SECRET,
        PASSWORD_SECRET,
        ...env,
        ...own,
      },
    };
    const started = await Promise.allSettled(Array.from({ length: replicas }, () => startService(spec)));
    services.push(...started.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
    for (const one of started) if (one.status === 'rejected') throw one.reason;
  };
  const startCore = (name: string, own: Env = {}) =>
    start(name, { script: main(name), ...core[name], env: { ...own, ...core[name]?.env } });
  const cluster: Cluster = {
    services,
    of: (name) => services.filter((one) => one.name === name),
    async stop() {
      const codes: (number | null)[] = [];
      for (const service of services.toReversed()) codes.push(await service.end('SIGTERM'));
      const log = services.map((service) => service.log()).join('');
      return { code: codes.find((code) => code !== 0) ?? 0, log };
    },
  };
  try {
    await Promise.all([
      startCore('event-relay'),
      startCore('housekeeper'),
      startCore('projection'),
      startCore('query-api', { TRUST_PROXY: 'loopback' }),
    ]);
    await Promise.all(Object.entries(providers).map(([name, one]) => start(name, one)));
    await startCore('upload-gateway', { QUERY_API_URL: cluster.of('query-api')[0]?.url ?? '' });
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

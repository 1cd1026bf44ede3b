import { backendConfig, closeBackends, openBackends, readConfig, silentLogger } from '@inkstream/service-kit';
import type { Memory, RunningInkstream, Start } from '../running.ts';
import type { Release } from '../scripted-providers.ts';
import { waitFor } from '../wait-for.ts';
import { startBackends } from './backends.ts';
import { type Env, PADDLE, startCluster } from './cluster.ts';
import { type Service, startService } from './service.ts';
import { storedIn } from './stored.ts';

const SCRIPTED = { script: new URL('./scripted-service.ts', import.meta.url) };

interface Parts {
  readonly url: string;
  /** Where the backends are. */
  readonly env: Env;
  readonly scripted: Service;
  /** The processes whose memory counts. */
  readonly services: readonly Service[];
  readonly providers: number;
  stop(): Promise<{ code: number | null; log: string }>;
}

const sum = (memories: readonly Memory[]): Memory => ({
  rss: memories.reduce((total, { rss }) => total + rss, 0),
  heap: memories.reduce((total, { heap }) => total + heap, 0),
});

/** What a gateway answers to a provider that nobody has heard of: 503 until all had their time to announce themselves. */
async function statusOfUnknown(url: string): Promise<number> {
  const body = JSON.stringify({ ocrProvider: 'nobody' });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/ocr-jobs/1/files/1/executions`, { method: 'POST', body, headers })).status;
}

/** An Inkstream as the suites see it, once its providers are there. */
async function asOne({ url, env, scripted, services, providers, stop }: Parts): Promise<RunningInkstream> {
  const stores = await openBackends(
    readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...env }),
    silentLogger(),
  );
  const listed = async () => ((await (await fetch(`${url}/providers`)).json()) as unknown[]).length;
  await waitFor('the providers', listed, (count) => count === providers);
  await waitFor(
    'the gateway to know of all providers',
    () => statusOfUnknown(url),
    (status) => status === 400,
  );
  const processes = () => services.map(({ process }) => process);
  return {
    url,
    stored: storedIn(stores),
    release: (name) => scripted.process.tell({ release: name } satisfies Release),
    rss: async () => (await Promise.all(processes().map((one) => one.rss()))).reduce((a, b) => a + b),
    settled: async () => sum(await Promise.all(processes().map((one) => one.settled()))),
    async stop() {
      await closeBackends(stores);
      return stop();
    },
  };
}

/** Each service of Inkstream in a process of its own, on backends of their own. */
const started: Start = async ({ paddle, env }) => {
  const backends = await startBackends();
  const cluster = await startCluster({
    env: { ...backends.env, ...env },
    providers: { scripted: SCRIPTED, ...(paddle ? { 'ocr-paddle-local': PADDLE } : {}) },
  });
  const [gateway] = cluster.of('upload-gateway');
  const [scripted] = cluster.of('scripted');
  if (!gateway || !scripted) throw new Error('The cluster is not whole');
  return asOne({
    url: gateway.url,
    env: backends.env,
    scripted,
    services: cluster.services,
    providers: paddle ? 4 : 3,
    async stop() {
      const ended = await cluster.stop();
      await backends.close();
      return ended;
    },
  });
};

/** An Inkstream that runs already, `paddle-ocr-local` included: scripted providers alone are started beside it. */
const attachedTo =
  (url: string): Start =>
  async () => {
    const { env } = await startBackends({ shared: true });
    const scripted = await startService({
      name: 'scripted',
      ...SCRIPTED,
      env: { INKSTREAM_MODE: 'distributed', LOG_LEVEL: 'warn', ...env },
    });
    return asOne({
      url,
      env,
      scripted,
      services: [scripted],
      providers: 4,
      stop: async () => ({ code: await scripted.end('SIGTERM'), log: scripted.log() }),
    });
  };

const { INKSTREAM_URL } = process.env;

/**
 * Inkstream as independent services: at `INKSTREAM_URL` on the backends that the environment names, where it is set;
 * else everything is started.
 */
export const distributed: Start = INKSTREAM_URL ? attachedTo(INKSTREAM_URL) : started;

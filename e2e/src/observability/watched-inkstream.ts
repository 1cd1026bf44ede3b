import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateReceipt } from '@inkstream/testing';
import { type DoubledProvider, doubledVendors, startDouble } from '@inkstream/testing/provider-doubles';
import { createApi, form } from '../support/api.ts';
import { freePort } from '../support/free-port.ts';
import { startNode } from '../support/node-process.ts';
import { waitFor } from '../support/wait-for.ts';

const service = (name: string) => new URL(`../../../services/${name}/src/main.ts`, import.meta.url);
const DAY_MS = 86_400_000;

/** An Inkstream that serves its metrics, and has a little of everything to tell. */
export interface WatchedInkstream extends AsyncDisposable {
  readonly api: ReturnType<typeof createApi>;
  /** Where each process is to be scraped, by the name of its job. */
  readonly targets: Readonly<Record<string, string>>;
  /**
   * Has receipts read by an engine here and by vendors, for money; and what goes wrong: a document that is corrupt, a
   * vendor that refuses our key, for which no upload is taken, and a form without a file.
   */
  work(): Promise<void>;
}

/** Starts all of Inkstream in one process, and the canary in another; `env` is for both. */
export async function startWatched(env: Readonly<Record<string, string>> = {}): Promise<WatchedInkstream> {
  const opened = new AsyncDisposableStack();
  try {
    return await start(opened, { OTEL_METRICS_EXPORTER: 'prometheus', ...env });
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function start(
  opened: AsyncDisposableStack,
  telemetry: Readonly<Record<string, string>>,
): Promise<WatchedInkstream> {
  const [port, metricsPort, canaryPort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const dataDir = await mkdtemp(join(tmpdir(), 'inkstream-watched-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const vendor = async (name: DoubledProvider, key?: string) => {
    const double = opened.use(await startDouble(doubledVendors[name].vendor));
    return doubledVendors[name].env(key === undefined ? double : { url: double.url, key });
  };
  const inkstream = startNode(service('all-in-one'), {
    env: {
      ...telemetry,
      ...(await vendor('mistral')),
      ...(await vendor('openai')),
      ...(await vendor('gemini', 'sk-wrong')),
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      PORT: String(port),
      INKSTREAM_DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      PADDLE_OCR_THREADS: '1',
      METRICS_TENANTS: 'default',
      MISTRAL_DAILY_BUDGET_USD: '1',
      MISTRAL_MODEL_ENDS: new Date(Date.now() + 20 * DAY_MS).toISOString().slice(0, 10),
      no_proxy: '127.0.0.1',
    },
  });
  opened.defer(() => inkstream.end('SIGTERM').then(() => {}));
  const api = createApi(() => url);
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await Promise.race([waitFor('Inkstream', isReady, Boolean, { limitMs: 60_000 }), inkstream.died]);
  const canary = startNode(service('canary'), {
    env: {
      ...telemetry,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(canaryPort),
      CANARY_URL: url,
      CANARY_INTERVAL: '5s',
      PORT: '0',
    },
  });
  opened.defer(() => canary.end('SIGTERM').then(() => {}));
  return {
    api,
    targets: { inkstream: `127.0.0.1:${metricsPort}`, canary: `127.0.0.1:${canaryPort}` },
    async work() {
      const { image } = await generateReceipt({ seed: 1 });
      const bytes = Buffer.from(image);
      const read = ['paddle-ocr-local', 'mistral', 'openai'].map((provider) =>
        api.upload([{ bytes, provider }]),
      );
      const corrupt = api.upload([
        { bytes: bytes.subarray(0, bytes.length / 20), provider: 'paddle-ocr-local' },
      ]);
      const attempts = [form([{ bytes, provider: 'gemini' }]), new FormData()];
      const refused = attempts.map((body) => api.call('/ocr-jobs/upload', { method: 'POST', body }));
      for (const answer of await Promise.all(refused)) await answer.arrayBuffer();
      for (const job of [...read, corrupt]) await api.finished(await job, { limitMs: 120_000 });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

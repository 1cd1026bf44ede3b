import { ocrResultSchema } from '@inkstream/contracts';
import {
  type Backends,
  backendConfig,
  closeBackends,
  openBackends,
  readConfig,
  silentLogger,
} from '@inkstream/service-kit';
import { generateReceipt } from '@inkstream/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { playChaos } from '../chaos/chaos.ts';
import { SHIFTABLE } from '../chaos/faults/clocks.ts';
import { type RemoteProvider, startRemoteProvider } from '../chaos/faults/remote-provider.ts';
import { judge } from '../chaos/invariants.ts';
import { lags, publishedTwice } from '../chaos/messages.ts';
import { report } from '../chaos/report.ts';
import { type ChaosStores, startChaosStores } from '../chaos/stores.ts';
import { createApi } from '../support/api.ts';
import { type Cluster, PADDLE, startCluster } from '../support/distributed/cluster.ts';
import { startVendors, type Vendors } from '../support/distributed/vendors.ts';
import { waitFor } from '../support/wait-for.ts';

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
/** `CHAOS_SECONDS=3600 CHAOS_SEED=7 npx vitest run e2e/src/distributed/chaos` for a longer one. */
const SECONDS = number('CHAOS_SECONDS', 150);
const SEED = number('CHAOS_SEED', 20_261_125);
const UPLOAD_EVERY_MS = number('CHAOS_UPLOAD_EVERY_MS', 800);
const SETTLE_LIMIT_MS = 180_000;
/** The first round of faults is whole, however short the run is to be. */
const ROUND_LIMIT_MS = 360_000;

/** What the services have logged of requests that failed for a reason that nobody foresaw: such lines have a stack. */
const unforeseen = ({ services }: Cluster) =>
  services
    .flatMap((service) => service.log().split('\n'))
    .filter((line) => line.includes('"request failed"') && line.includes('"stack"'));

let remote: RemoteProvider;
let vendors: Vendors;
let chaosStores: ChaosStores;
let stores: Backends;
let cluster: Cluster;

beforeAll(async () => {
  remote = await startRemoteProvider();
  vendors = await startVendors(['openai', 'mistral', 'tab-scanner']);
  chaosStores = await startChaosStores();
  cluster = await startCluster({
    env: { ...chaosStores.env, ...SHIFTABLE, LOG_LEVEL: 'error' },
    core: {
      'upload-gateway': { replicas: 2 },
      'event-relay': { replicas: 2 },
      housekeeper: { replicas: 2 },
      projection: { replicas: 2 },
    },
    providers: {
      echo: {
        script: new URL('../chaos/echo-service.ts', import.meta.url),
        replicas: 3,
        env: { ECHO_DELAY_MS: '200', ECHO_FAULTS: '50', ECHO_TIMEOUT_MS: '5000', ECHO_API: remote.url },
      },
      'ocr-paddle-local': PADDLE,
      ...vendors.services({ openai: 2 }),
    },
  });
  const config = readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...chaosStores.directEnv });
  stores = await openBackends(config, silentLogger());
});
afterAll(async () => {
  await cluster?.stop();
  if (stores) await closeBackends(stores);
  await chaosStores?.close();
  await vendors?.close();
  await remote?.close();
});

it('loses nothing and doubles nothing though everything goes wrong under load, several things at once', {
  timeout: Math.max(SECONDS * 1_000, ROUND_LIMIT_MS) + 3 * SETTLE_LIMIT_MS,
}, async () => {
  console.error(`chaos with CHAOS_SEED=${SEED} for CHAOS_SECONDS=${SECONDS}`);
  const providers = ['echo', 'paddle-ocr-local', ...vendors.doubles.keys()];
  const url = cluster.of('upload-gateway')[0]?.url ?? '';
  const api = createApi(() => url);
  const names = async () =>
    ((await (await api.call('/providers')).json()) as { name: string }[]).map((one) => one.name);
  await waitFor('the providers', names, (found) => found.length === providers.length);

  // What is read in peace is what must be read under fire.
  const { image, truth } = await generateReceipt({ seed: 3 });
  const bytes = new Uint8Array(Buffer.from(image));
  for (const double of vendors.doubles.values()) await double.know(bytes, truth);
  const readers = providers.filter((name) => name !== 'echo');
  const calm = await api.finished(await api.upload([{ bytes, provider: readers.join(',') }]), {
    limitMs: 60_000,
  });
  const texts = new Map(
    calm.files.flatMap(({ executions }) =>
      executions.map(({ ocrProvider, ocrData }) => {
        const { text } = ocrResultSchema.parse(JSON.parse(ocrData ?? 'null'));
        return [ocrProvider, text] as const;
      }),
    ),
  );
  expect([...texts.keys()].toSorted()).toEqual(readers.toSorted());
  for (const text of texts.values()) expect(text.length).toBeGreaterThan(50);

  const { ledger, sightings, faults, load } = await playChaos({
    ...{ cluster, stores: chaosStores, remote, vendors, seed: SEED },
    forMs: SECONDS * 1_000,
    uploads: { everyMs: UPLOAD_EVERY_MS, receipt: { bytes, texts } },
    onFault: ({ name, beganAt, endedAt }) =>
      console.error(
        `${(beganAt / 1_000).toFixed(1)} s: ${name}, ${((endedAt - beganAt) / 1_000).toFixed(1)} s`,
      ),
  });

  const settling = performance.now();
  const limits = { limitMs: SETTLE_LIMIT_MS, everyMs: 250 };
  const unfinished = async () => {
    const lists = ['pending', 'running'].map((status) => api.list(`?status=${status}&limit=5`));
    return (await Promise.all(lists)).flatMap(({ data }) => data.map(({ id, status }) => `${id} ${status}`));
  };
  // Right after the last fault it may be unavailable yet.
  const left = () => unfinished().catch((error) => [String(error)]);
  await waitFor('every job to end', left, ({ length }) => length === 0, limits);
  await waitFor(
    'every group to be done',
    () => lags(stores.bus, providers),
    (all) => Object.values(all).every((lag) => lag === 0),
    limits,
  );
  const settledMs = performance.now() - settling;
  report({ seed: SEED, faults, settledMs, load, published: await publishedTwice(stores.bus) });

  const projection = `${cluster.of('projection')[0]?.url}/rebuild`;
  const broken = await judge({
    ...{ url, stores, providers, ledger, sightings },
    ownEnds: new Map(cluster.services.map(({ name, ownEnds }) => [name, ownEnds])),
    async rebuild() {
      const response = await fetch(projection, { method: 'POST' });
      return { status: response.status, body: await response.text() };
    },
  });
  for (const line of unforeseen(cluster)) console.error(line);
  expect(broken).toEqual({});
  // Chaos that stops everything proves nothing.
  expect(ledger.jobs.size).toBeGreaterThan((0.3 * SECONDS * 1_000) / UPLOAD_EVERY_MS);
});

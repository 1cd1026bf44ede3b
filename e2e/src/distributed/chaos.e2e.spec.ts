import { ocrResultSchema } from '@inkstream/contracts';
import { sweepOrphans } from '@inkstream/housekeeper';
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
import { lags, publishedTwice } from '../chaos/duplicates.ts';
import { report } from '../chaos/report.ts';
import { documentsOf, faultsOfJob, foldedDocuments, orphanObjects } from '../chaos/verdict.ts';
import { createApi } from '../support/api.ts';
import { type ClusterBackends, startBackends } from '../support/distributed/backends.ts';
import { type Cluster, PADDLE, startCluster } from '../support/distributed/cluster.ts';
import { waitFor } from '../support/wait-for.ts';

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
/** `CHAOS_SECONDS=3600 CHAOS_SEED=7 npx vitest run e2e/src/distributed/chaos` for a longer one. */
const SECONDS = number('CHAOS_SECONDS', 180);
const SEED = number('CHAOS_SEED', 20_261_125);
const UPLOAD_EVERY_MS = number('CHAOS_UPLOAD_EVERY_MS', 800);
const SETTLE_LIMIT_MS = 300_000;
const PROVIDERS = ['echo', 'paddle-ocr-local'];

let backends: ClusterBackends;
let stores: Backends;
let cluster: Cluster;

beforeAll(async () => {
  backends = await startBackends();
  cluster = await startCluster({
    env: { ...backends.env, LOG_LEVEL: 'error' },
    core: {
      'upload-gateway': { replicas: 2 },
      'event-relay': { replicas: 2 },
      projection: { replicas: 2 },
    },
    providers: {
      echo: {
        script: new URL('../chaos/echo-service.ts', import.meta.url),
        replicas: 3,
        env: { ECHO_DELAY_MS: '200', ECHO_FAULTS: '50' },
      },
      'ocr-paddle-local': PADDLE,
    },
  });
  stores = await openBackends(
    readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...backends.env }),
    silentLogger(),
  );
});
afterAll(async () => {
  await cluster?.stop();
  if (stores) await closeBackends(stores);
  await backends?.close();
});

it('loses nothing and doubles nothing though every process is killed under load', {
  timeout: SECONDS * 1_000 + 2 * SETTLE_LIMIT_MS,
}, async () => {
  const gateway = cluster.of('upload-gateway')[0]?.url ?? '';
  const api = createApi(() => gateway);
  const names = async () =>
    ((await (await api.call('/providers')).json()) as { name: string }[]).map((one) => one.name);
  await waitFor('the providers', names, (found) => found.length === PROVIDERS.length);

  // What the local engine reads in peace is what it must read under fire.
  const bytes = new Uint8Array(Buffer.from((await generateReceipt({ seed: 3 })).image));
  const calm = await api.finished(await api.upload([{ bytes, provider: 'paddle-ocr-local' }]), {
    limitMs: 60_000,
  });
  const { text } = ocrResultSchema.parse(JSON.parse(calm.files[0]?.executions[0]?.ocrData ?? ''));
  expect(text.length).toBeGreaterThan(50);

  const { load, faults } = await playChaos({
    cluster,
    backends: backends.native.map((backend) => ({
      name: backend.kind,
      kill: () => backend.kill(),
      start: () => backend.restart(),
    })),
    seed: SEED,
    forMs: SECONDS * 1_000,
    uploadEveryMs: UPLOAD_EVERY_MS,
    receipt: { bytes, text },
    onFault: ({ victim, downMs, recoveredMs }) =>
      console.error(
        `killed ${victim}, down ${downMs.toFixed(0)} ms, recovered after ${recoveredMs.toFixed(0)} ms`,
      ),
  });

  // Every acknowledged upload comes to its end.
  const unfinished = async () => {
    const lists = ['pending', 'running'].map((status) => api.list(`?status=${status}&limit=1`));
    return (await Promise.all(lists)).reduce((sum, { pagination }) => sum + pagination.total, 0);
  };
  const settling = performance.now();
  await waitFor('every job to end', unfinished, (left) => left === 0, {
    limitMs: SETTLE_LIMIT_MS,
    everyMs: 250,
  });
  await waitFor(
    'every group to be done',
    () => lags(stores.bus, PROVIDERS),
    (all) => Object.values(all).every((lag) => lag === 0),
    { limitMs: SETTLE_LIMIT_MS, everyMs: 250 },
  );
  const settledMs = performance.now() - settling;

  // No fault of another part has ended a service.
  for (const { name, ownEnds } of cluster.services) expect(ownEnds, name).toBe(0);

  // Each execution has its own result, once.
  expect(load.repeatedIds).toEqual([]);
  const wrong: Record<number, string[]> = {};
  let attempts = 0;
  let executions = 0;
  for (const [id, expected] of load.acknowledged) {
    const found = await faultsOfJob(gateway, id, expected);
    if (found.wrong.length > 0) wrong[id] = found.wrong;
    attempts += found.attempts;
    executions += expected.length;
  }
  expect(wrong).toEqual({});
  expect(load.acknowledged.size).toBeGreaterThan(0.7 * ((SECONDS * 1_000) / UPLOAD_EVERY_MS));

  // The read model is what the event store says, and what a rebuild makes of it.
  const documents = await documentsOf(stores);
  for (const id of load.acknowledged.keys()) expect([...documents.keys()]).toContain(id);
  expect(documents).toEqual(await foldedDocuments(stores, documents.keys()));
  const projection = cluster.of('projection')[0]?.url ?? '';
  expect((await fetch(`${projection}/rebuild`, { method: 'POST' })).status).toBe(200);
  expect(await documentsOf(stores)).toEqual(documents);

  // What was killed halfway leaves bytes behind, which the sweep takes: at once here, after an hour otherwise.
  const sweep = { ...stores, orphanAgeMs: 0, mayAct: () => true };
  const swept = await sweepOrphans(sweep, new Date(), new AbortController().signal);
  expect(await orphanObjects(stores, documents)).toEqual([]);

  report({
    backends: backends.description,
    faults,
    settledMs,
    jobs: load.acknowledged.size,
    executions,
    attempts,
    repeatedUploads: load.repeats(),
    published: await publishedTwice(stores.bus),
    swept,
  });
});

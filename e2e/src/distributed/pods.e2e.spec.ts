import { readdirSync } from 'node:fs';
import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { createdJobSchema, ocrResultSchema } from '@inkstream/contracts';
import { generateReceipt } from '@inkstream/testing';
import { type DoubledProvider, doubledVendors } from '@inkstream/testing/provider-doubles';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Balancer, startBalancer } from '../releases/balancer.ts';
import { createApi } from '../support/api.ts';
import { type ClusterBackends, startBackends } from '../support/distributed/backends.ts';
import { startVendors } from '../support/distributed/vendors.ts';
import { eventsOf } from '../support/event-stream.ts';
import type { Deployment, Manifests } from '../support/kubernetes/manifests.ts';
import { manifestsOn } from '../support/kubernetes/overlay.ts';
import { type Ended, type Pod, startPod } from '../support/kubernetes/pod.ts';
import { waitFor } from '../support/wait-for.ts';

const namesIn = (folder: string) => readdirSync(new URL(`../../../${folder}`, import.meta.url));
const CORE = ['event-relay', 'housekeeper', 'projection', 'query-api', 'upload-gateway', 'provider-door'];
/** One that reads here, and one that asks a vendor; the others are made of the same template. */
const READERS = ['ocr-paddle-local', 'ocr-openai'];
const vendors = await startVendors(Object.keys(doubledVendors) as DoubledProvider[]);
/** Longer than the preStop hook, so that what is in hand when a Pod is deleted still is at SIGTERM. */
const SLOW_MS = 9_000;
const { image, truth } = await generateReceipt({ seed: 7 });
const receipt = new Uint8Array(image);

let backends: ClusterBackends;
let gateways: Balancer;
let readers: Balancer;
let manifests: Manifests;
const pods = new Map<string, Pod>();

const deploymentOf = (name: string): Deployment => {
  const found = manifests.deployments.find((one) => one.name === name);
  if (!found) throw new Error(`There is no Deployment ${name}`);
  return found;
};
const podOf = (name: string): Pod => {
  const pod = pods.get(name);
  if (!pod) throw new Error(`${name} has no Pod`);
  return pod;
};
const untilReady = (pod: Pod) =>
  waitFor(`${pod.name} to be ready`, () => pod.isReady(), Boolean, { limitMs: 60_000 });
/** As a Service does: new connections go to these Pods. */
const serve = (gateway: Pod, reader: Pod) => {
  gateways.send([gateway.url]);
  readers.send([reader.url]);
};
const api = createApi(() => gateways.url);

beforeAll(async () => {
  for (const double of vendors.doubles.values()) await double.know(receipt, truth);
  [backends, gateways, readers] = await Promise.all([startBackends(), startBalancer(), startBalancer()]);
  const keys = Object.entries(vendors.services()).map(([name, { env = {} }]) => [
    name.replace(/^ocr-/, 'inkstream-'),
    env,
  ]);
  manifests = await manifestsOn({
    components: [
      'provider-door',
      'canary',
      ...namesIn('k8s/components/providers').map((name) => `providers/${name}`),
    ],
    backends: backends.env,
    queryApiUrl: readers.url,
    secrets: {
      'inkstream-internal': { INTERNAL_SECRET: 'secret of the Pods that are tested' },
      'inkstream-canary': { CANARY_URL: gateways.url },
      'inkstream-provider-door': { PROVIDER_SECRETS: `acme=${'a'.repeat(32)}` },
      ...Object.fromEntries(keys),
    },
  });
  // One by one: they have to share a machine that is smaller than a cluster.
  for (const name of [...CORE, ...READERS]) pods.set(name, await startPod(deploymentOf(name), manifests));
}, 600_000);

afterAll(async () => {
  await Promise.all([...pods.values()].map((pod) => pod.delete()));
  gateways?.close();
  readers?.close();
  await backends?.close();
  await vendors.close();
}, 60_000);

/** It gets ready, and may do nothing but write to its volume. */
async function expectConfined(pod: Pod): Promise<void> {
  await untilReady(pod);
  const status = await readFile(`/proc/${pod.pid}/status`, 'utf8');
  expect([pod.name, /^Uid:\s+(.+)$/m.exec(status)?.[1]]).toEqual([pod.name, '1000\t1000\t1000\t1000']);
  for (const nothing of [/^CapEff:\s+0+$/m, /^CapBnd:\s+0+$/m, /^NoNewPrivs:\s+1$/m])
    expect(status).toMatch(nothing);
  const root = `/proc/${pod.pid}/root`;
  for (const folder of ['', '/app', '/data', '/etc'])
    await expect(writeFile(`${root}${folder}/x`, '')).rejects.toThrow('EROFS');
  await access(`${root}/tmp`, constants.W_OK);
  expect(pod.faults).toEqual([]);
}

/** It ended by itself within its grace, with 0. */
function expectHandedOver({ name, faults }: Pod, { code, tookMs, graceMs }: Ended): void {
  console.log(`${name} ended ${Math.round(tookMs)} ms after SIGTERM, of ${Math.round(graceMs)} ms`);
  expect([name, code, faults]).toEqual([name, 0, []]);
  expect(tookMs, name).toBeLessThan(graceMs);
}

it('the containers of the system run as their manifests say: they get ready, and may write to their volume alone', async () => {
  for (const pod of pods.values()) await expectConfined(pod);
});

/** A file that takes this long to come. */
function slowUpload(ms: number): Promise<Response> {
  const boundary = 'slow';
  const part = (disposition: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (text: string) => controller.enqueue(new TextEncoder().encode(text));
      send(`${part('name="ocrProvider_0"')}openai\r\n${part('name="file"; filename="r.png"')}`);
      controller.enqueue(receipt.subarray(0, 1_000));
      await new Promise((resolve) => setTimeout(resolve, ms));
      controller.enqueue(receipt.subarray(1_000));
      send(`\r\n--${boundary}--\r\n`);
      controller.close();
    },
  });
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  return api.call('/ocr-jobs/upload', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}

it('a Pod that is replaced hands over what it has in hand within its grace: an upload, a document, a stream of events', async () => {
  const replaced = ['event-relay', 'housekeeper', 'projection', 'query-api', 'upload-gateway', 'ocr-openai'];
  serve(podOf('upload-gateway'), podOf('query-api'));
  const listed = async () => ((await (await api.call('/providers')).json()) as unknown[]).length;
  await waitFor('the providers', listed, (count) => count === READERS.length, { limitMs: 60_000 });
  const next = await Promise.all(
    replaced.map(async (name) => {
      const pod = await startPod(deploymentOf(name), manifests);
      await untilReady(pod);
      return pod;
    }),
  );
  const nextOf = (name: string) => next.find((pod) => pod.name === name) ?? podOf(name);

  vendors.doubles.get('openai')?.failAtRandom({ seed: 1, share: 1, faults: [{ kind: 'slow', ms: SLOW_MS }] });
  const ids = await Promise.all(
    Array.from({ length: 4 }, () => api.upload([{ bytes: receipt, provider: 'openai,paddle-ocr-local' }])),
  );
  const followed = await api.call(`/ocr-jobs/${ids[0]}/events`);
  const seen = Array.fromAsync(eventsOf(followed)).catch(() => 'cut off');
  const slow = slowUpload(SLOW_MS);
  const inHand = async (id: number) => {
    // What is busy is asked again.
    const { files } = await api.job(id).catch(() => ({ files: [] }));
    return files.flatMap(({ executions }) =>
      executions.filter(({ ocrProvider, status }) => ocrProvider === 'openai' && status === 'running'),
    );
  };
  await waitFor(
    'documents in hand',
    async () => (await Promise.all(ids.map(inHand))).flat(),
    ({ length }) => length >= 2,
  );

  const before = replaced.map(podOf);
  for (const pod of next) pods.set(pod.name, pod);
  const deletions = before.map((pod) => pod.delete());
  serve(nextOf('upload-gateway'), nextOf('query-api'));
  // While they end, all goes on.
  ids.push(await api.upload([{ bytes: receipt, provider: 'paddle-ocr-local' }]));
  for (const [index, pod] of before.entries())
    expectHandedOver(pod, await (deletions[index] ?? pod.delete()));
  expect((await seen).length).toBeGreaterThan(0);
  const uploaded = await slow;
  expect(uploaded.status).toBe(201);
  ids.push(createdJobSchema.parse(await uploaded.json()).id);

  for (const id of ids) {
    const { files } = await api.finished(id, { limitMs: 120_000 });
    for (const { status, ocrProvider, ocrData } of files.flatMap(({ executions }) => executions)) {
      expect([ocrProvider, status]).toEqual([ocrProvider, 'completed']);
      const { receipt: read } = ocrResultSchema.parse(JSON.parse(ocrData ?? 'null'));
      expect([ocrProvider, read?.total?.value]).toEqual([ocrProvider, truth.fields.total]);
    }
  }
});

it('so does the container of every other Deployment, and ends within its grace', async () => {
  const others = manifests.deployments.filter(({ name }) => !pods.has(name));
  expect([...pods.keys(), ...others.map(({ name }) => name)].toSorted()).toEqual(
    namesIn('services').filter((name) => name !== 'all-in-one'),
  );
  // One starts while the one before ends.
  const ending: Promise<void>[] = [];
  for (const deployment of others) {
    const pod = await startPod(deployment, manifests);
    await expectConfined(pod).finally(() =>
      ending.push(pod.delete().then((ended) => expectHandedOver(pod, ended))),
    );
  }
  await Promise.all(ending);
});

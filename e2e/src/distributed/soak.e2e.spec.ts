import { createdJobSchema } from '@inkstream/contracts';
import { generateReceipt, mulberry32 } from '@inkstream/testing';
import { expect, it } from 'vitest';
import { documentOf } from '../chaos/documents.ts';
import { form, type Upload } from '../support/api.ts';
import { PADDLE } from '../support/distributed/cluster.ts';
import { echo, useCluster } from '../support/distributed/use-cluster.ts';
import { eventsOf } from '../support/event-stream.ts';
import { type MemoryOfService, measure, table } from './memory.ts';

/** `SOAK_SECONDS=600 npx vitest run e2e/src/distributed/soak` for a longer one. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 60);
const WARM_UP_SECONDS = Math.max(20, SECONDS / 10);
const CLIENTS = 6;
const SETTLE_LIMIT_MS = 120_000;
const KIB = 1024;
/** Every so many uploads are a receipt for the local engine, are followed by their events, and are deleted again. */
const [RECEIPT, FOLLOWED, DELETED] = [40, 5, 4];

const MAX_GROWTH = 0.1;
/** What heaps differ by from one collection to the next: compiled code, caches that fill late. */
const SLACK_BYTES = 2 * 1024 * KIB;

const used = useCluster({
  announced: 2,
  providers: { echo: echo({ replicas: 2, delayMs: 50, faults: 20 }), 'ocr-paddle-local': PADDLE },
});
const random = mulberry32(1);
let count = 0;

/** What clients do: upload, follow, read, list, delete. */
async function session(n: number, receipt: Upload): Promise<void> {
  const { api } = used;
  const size = Math.floor(random() < 0.9 ? 10 * KIB + random() * 500 * KIB : random() * 3_000 * KIB);
  const upload =
    n % RECEIPT === 0
      ? receipt
      : { bytes: documentOf(`soak ${n}`, size), provider: 'echo', name: `${n}.png` };
  const response = await api.post(form([upload]), n % 2 ? { 'idempotency-key': `soak-${n}` } : {});
  expect(response.status).toBe(201);
  const { id } = createdJobSchema.parse(await response.json());
  if (n % FOLLOWED === 0) await Array.fromAsync(eventsOf(await api.call(`/ocr-jobs/${id}/events`)));
  await api.finished(id, { limitMs: SETTLE_LIMIT_MS, everyMs: 100 });
  await api.list(`?page=${1 + (n % 5)}&search=${n % 100}`);
  expect((await api.call(`/ocr-jobs/${id}/files/1`)).status).toBe(200);
  if (n % DELETED === 0) expect((await api.remove(`/ocr-jobs/${id}`)).status).toBe(200);
}

/** Clients that do one thing after another for so long. */
async function load(seconds: number, receipt: Upload): Promise<void> {
  const until = performance.now() + 1_000 * seconds;
  const client = async () => {
    while (performance.now() < until) await session(++count, receipt);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

const grown = (before: MemoryOfService[], after: MemoryOfService[]) =>
  after.flatMap(({ service, heap }, index) => {
    const most = (before[index]?.heap ?? 0) * (1 + MAX_GROWTH) + SLACK_BYTES;
    return heap > most ? [service] : [];
  });

it('no service has more on its heap after a soak than after its warm-up', {
  timeout: 1_000 * (SECONDS + WARM_UP_SECONDS) + 3 * SETTLE_LIMIT_MS,
}, async () => {
  const receipt = {
    bytes: Buffer.from((await generateReceipt({ seed: 1 })).image),
    provider: 'paddle-ocr-local',
  };
  await load(WARM_UP_SECONDS, receipt);
  const before = await measure(used.cluster.services);
  const warm = count;
  await load(SECONDS, receipt);
  const after = await measure(used.cluster.services);
  console.log(
    [
      `${count - warm} jobs in ${SECONDS} s, after ${warm} to warm up, on ${used.backends}`,
      ...table(before, after),
    ].join('\n'),
  );
  expect(grown(before, after)).toEqual([]);
});

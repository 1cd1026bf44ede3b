import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { generateReceipt } from '@inkstream/testing';
import { type Document, finished, inParallel, upload } from './client.ts';
import type { Figure } from './report.ts';
import { startSubject } from './subject.ts';

const RECEIPTS = 40;
const DISTINCT = 10;
const ROUNDS = 2;

/** Receipts a second of as many threads as there are cores, each with the engine and nothing else. */
async function bare(documents: readonly Document[]): Promise<number> {
  const file = fileURLToPath(new URL('./bare-worker.ts', import.meta.url));
  const workers = await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const worker = new Worker(file);
      await once(worker, 'message');
      return worker;
    }),
  );
  const started = performance.now();
  let next = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (next < documents.length) {
        worker.postMessage(documents[next++]?.bytes);
        await once(worker, 'message');
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return documents.length / seconds;
}

/** Receipts a second from the first upload to the last completion. */
async function whole(documents: readonly Document[]): Promise<number> {
  const subject = await startSubject('paddle');
  try {
    // Each thread has read one before the clock starts, as the bare ones have loaded theirs.
    const warm = documents.slice(0, availableParallelism());
    await Promise.all(
      warm.map(async (one) => finished(subject.url, await upload(subject.url, 'paddle-ocr-local', one))),
    );
    const started = performance.now();
    const ids: number[] = [];
    await inParallel(documents.length, 4, async (index) => {
      const document = documents[index];
      if (document) ids.push(await upload(subject.url, 'paddle-ocr-local', document));
    });
    await Promise.all(ids.map((id) => finished(subject.url, id)));
    return documents.length / ((performance.now() - started) / 1000);
  } finally {
    await subject.close();
  }
}

/** The whole system against the bare engine, in turn. */
export async function throughput(): Promise<Figure[]> {
  const images = await Promise.all(
    Array.from({ length: DISTINCT }, (_, seed) =>
      generateReceipt({ seed: 7_000 + seed, degrade: { noise: 4 } }),
    ),
  );
  const documents = Array.from({ length: RECEIPTS }, (_, index) => ({
    name: `${index}.jpg`,
    bytes: new Uint8Array(images[index % DISTINCT]?.image ?? []),
  }));
  const rates = { bare: 0, whole: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare += (await bare(documents)) / ROUNDS;
    rates.whole += (await whole(documents)) / ROUNDS;
  }
  return [
    { name: 'receipts through the bare engine', value: rates.bare, unit: 'a second' },
    { name: 'receipts through the whole system', value: rates.whole, unit: 'a second' },
    {
      name: 'whole system against bare engine',
      value: rates.whole / rates.bare,
      unit: 'ratio',
      target: { is: '>=', limit: 0.95 },
    },
  ];
}

import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { generateReceipt } from '@inkstream/testing';
import { mean } from '../accuracy/statistics.ts';
import { type Document, finished, inParallel, upload } from './client.ts';
import { type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import type { Mode } from './subject/backends.ts';
import { startSubject } from './subject/subject.ts';

const RECEIPTS = 40;
const DISTINCT = 10;
const THREADS = availableParallelism();

interface Measured {
  /** Receipts a second. */
  readonly rate: number;
  /** CPU time of a receipt, s: of the threads, or of the services without their backends. */
  readonly cpu: number;
}

const ownCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
};

/** As many threads as there are cores, each with the engine and nothing else. */
async function bare(documents: readonly Document[]): Promise<Measured> {
  const file = fileURLToPath(new URL('./bare/ocr-worker.ts', import.meta.url));
  const workers = await Promise.all(
    Array.from({ length: THREADS }, async () => {
      const worker = new Worker(file);
      await once(worker, 'message');
      return worker;
    }),
  );
  const read = async (worker: Worker, document: Document | undefined) => {
    worker.postMessage(document?.bytes);
    await once(worker, 'message');
  };
  await Promise.all(workers.map((worker) => read(worker, documents[0])));
  const [started, cpuBefore] = [performance.now(), ownCpu()];
  let next = 0;
  await Promise.all(
    workers.map(async (worker) => {
      while (next < documents.length) await read(worker, documents[next++]);
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const cpu = (ownCpu() - cpuBefore) / documents.length;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { rate: documents.length / seconds, cpu };
}

/** From the first upload to the last completion. */
async function whole(mode: Mode, documents: readonly Document[]): Promise<Measured> {
  const subject = await startSubject(mode, { provider: 'paddle' });
  const [url] = subject.urls;
  try {
    // Each thread has read one before the clock starts, as the bare ones have.
    const warm = documents.slice(0, THREADS);
    await Promise.all(warm.map(async (one) => finished(url, await upload(url, 'paddle-ocr-local', one))));
    const [started, cpuBefore] = [performance.now(), await subject.cpu()];
    const ids: number[] = [];
    await inParallel(documents.length, 4, async (index) => {
      const document = documents[index];
      if (document) ids.push(await upload(url, 'paddle-ocr-local', document));
    });
    await Promise.all(ids.map((id) => finished(url, id)));
    const seconds = (performance.now() - started) / 1000;
    const cpu = ((await subject.cpu()) - cpuBefore) / documents.length;
    return { rate: documents.length / seconds, cpu };
  } finally {
    await subject.close();
  }
}

async function makeDocuments(receipts: number): Promise<Document[]> {
  const images = await Promise.all(
    Array.from({ length: DISTINCT }, (_, seed) =>
      generateReceipt({ seed: 7_000 + seed, degrade: { noise: 4 } }),
    ),
  );
  return Array.from({ length: receipts }, (_, index) => ({
    name: `${index}.jpg`,
    bytes: new Uint8Array(images[index % DISTINCT]?.image ?? []),
  }));
}

/** The whole system against the bare engine just before and just after. */
export async function throughput(options: Options): Promise<Figure[]> {
  const documents = await makeDocuments(scaled(RECEIPTS, options));
  const figures: Figure[] = [];
  let before = await bare(documents);
  for (const mode of options.modes) {
    const value = await whole(mode, documents);
    const after = await bare(documents);
    const engine = mean([before.rate, after.rate]);
    const engineCpu = mean([before.cpu, after.cpu]);
    before = after;
    console.error(`  ${mode}: ${value.rate.toFixed(2)} a second, bare ${engine.toFixed(2)}`);
    figures.push(
      { name: `receipts through the bare engine, beside ${mode}`, value: engine, unit: 'a second' },
      { mode, name: 'receipts through the whole system', value: value.rate, unit: 'a second' },
      {
        mode,
        name: 'whole system against bare engine',
        value: value.rate / engine,
        unit: 'ratio',
        target: { is: '>=', limit: 0.95 },
      },
      {
        mode,
        name: 'CPU time of the bare engine in that of the services',
        value: engineCpu / value.cpu,
        unit: 'ratio',
      },
    );
  }
  return figures;
}

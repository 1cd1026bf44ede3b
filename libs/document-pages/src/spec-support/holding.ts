/** Decodes a document that takes for ever, in the main thread or in a worker, and says so on standard output. */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { tilingBomb } from '@inkstream/testing';
import { openDocument } from '../index.ts';

async function hold(): Promise<void> {
  const document = await openDocument(tilingBomb().bytes, { pageTimeoutMs: 120_000 });
  process.stdout.write('opened\n');
  await document.page(0);
}

if (isMainThread && process.argv[2] === 'worker') {
  const worker = new Worker(new URL(import.meta.url), { workerData: 'hold' });
  process.stdin.once('data', () => worker.terminate());
} else if (isMainThread || workerData === 'hold') {
  await hold();
}

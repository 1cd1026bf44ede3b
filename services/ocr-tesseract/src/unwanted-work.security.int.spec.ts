import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { generateReceipt } from '@inkstream/testing';
import { expect, test } from 'vitest';

/** CPU time of this process in so many ms, in ms. */
async function cpuTime(ms: number) {
  const before = process.cpuUsage();
  await sleep(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

test('the end of a thread ends its reading too, within 2 s, in the middle of a page', async () => {
  const { image } = await generateReceipt({ seed: 103, layout: 'cafe-my' });
  const thread = new Worker(new URL('./spec-support/endless-reading.ts', import.meta.url), {
    workerData: new Uint8Array(image),
  });
  await once(thread, 'message');
  await sleep(1_000);
  const busy = await cpuTime(1_000);
  const before = performance.now();
  await thread.terminate();
  while ((await cpuTime(200)) > busy / 10) expect(performance.now() - before).toBeLessThan(2_000);
});

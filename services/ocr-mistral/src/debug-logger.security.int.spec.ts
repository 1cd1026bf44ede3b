import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { mistral, startDouble } from '@inkstream/testing/provider-doubles';
import { expect, it } from 'vitest';

it('the debug logger of a vendor, which prints its key, stays off whatever the environment says', async () => {
  await using double = await startDouble(mistral, { key: 'secret-5d1f00c7' });
  // Its own copy of the environment: the SDK reads that of its thread, once.
  const thread = new Worker(new URL('./spec-support/probe.ts', import.meta.url), {
    workerData: { key: double.key, url: double.url },
    env: { ...process.env, MISTRAL_DEBUG: 'true' },
    stdout: true,
    stderr: true,
  });
  const [out, err] = await Promise.all([
    text(thread.stdout),
    text(thread.stderr),
    once(thread, 'exit').then(([code]) => expect(code).toBe(0)),
  ]);
  expect(double.calls).toMatchObject([{ path: '/v1/models', status: 200 }]);
  expect(`${out}${err}`).toBe('');
});

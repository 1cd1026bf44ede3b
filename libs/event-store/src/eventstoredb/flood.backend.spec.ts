import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { forkEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { expect, it, onTestFinished } from 'vitest';
import { event, idsOf, toArray } from '../contract/subject.ts';
import { openEventStoreDb } from './index.ts';

const APPENDS = 200;
const LARGE = 'x'.repeat(30_000);
const append = { expected: 'any' } as const;

/** A wire double in a process of its own, and a store that is connected to it. */
async function startPair() {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-eventstoredb-'));
  const server = await forkEventStoreDbDouble({ file: join(folder, 'log.db') });
  const store = await openEventStoreDb({ url: server.url, limitMs: 30_000 });
  onTestFinished(async () => {
    await store.close();
    await server.kill();
    await rm(folder, { recursive: true });
  });
  await store.append('s', [event()], append);
  return { server, store };
}

// Far more than the socket takes at once: an unhandled rejection of the rest would fail the run.
it('rejects all of many large appends whose server is killed, and loses none to another server', async () => {
  const [dying, living] = [await startPair(), await startPair()];
  const some = Array.from({ length: APPENDS }, () => event({ text: LARGE }));
  const lost = Promise.allSettled(some.map((one) => dying.store.append('s', [one], append)));
  const kept = Promise.all(some.map((one) => living.store.append('s', [one], append)));
  await sleep(20);
  await dying.server.kill();
  const failed = (await lost).filter((result) => result.status === 'rejected');
  expect(failed.length).toBeGreaterThan(APPENDS / 4);
  for (const { reason } of failed)
    expect(reason).toMatchObject({ name: 'EventStoreUnavailableError', transient: true });
  const revisions = (await kept).map(({ revision }) => revision);
  expect(revisions).toEqual(some.map((_, index) => index + 1));
  expect(idsOf(await toArray(living.store.read('s', { from: 1 })))).toEqual(idsOf(some));
}, 60_000);

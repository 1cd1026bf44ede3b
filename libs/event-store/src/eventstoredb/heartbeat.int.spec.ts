import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { follow, toArray } from '../contract/subject.ts';
import { HEARTBEAT_STREAM } from './heartbeat.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/double.ts';

const EVERY_MS = 1_000;
const INTERVALS = 5;

it('beats once for all who follow the log, and not if nobody does, on the wire double', async () => {
  const double = await startDouble();
  const open = () => openEventStoreDb({ url: double.url, heartbeatMs: EVERY_MS });
  const stores = await Promise.all(Array.from({ length: 4 }, open));
  onTestFinished(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await double.close();
  });
  const beats = async () => {
    const [last] = await toArray(stores[0]!.read(HEARTBEAT_STREAM));
    return (last?.revision ?? -1) + 1;
  };
  await sleep(2 * EVERY_MS);
  expect(await beats()).toBe(0);

  const followers = stores.map((store) => follow(store, { streamPrefix: 's' }));
  await Promise.all(followers.map((one) => one.caughtUp()));
  const before = await beats();
  await sleep(INTERVALS * EVERY_MS);
  const made = (await beats()) - before;
  expect(made).toBeGreaterThan(1);
  // Each store alone would send as many as there are intervals; now and then two are due at once.
  expect(made).toBeLessThan(2.5 * INTERVALS);
  expect(followers.flatMap((one) => one.events())).toEqual([]);

  await Promise.all(followers.map((one) => one.stop()));
  // What was under way arrives.
  await sleep(EVERY_MS);
  const after = await beats();
  await sleep(2 * EVERY_MS);
  expect(await beats()).toBe(after);
});

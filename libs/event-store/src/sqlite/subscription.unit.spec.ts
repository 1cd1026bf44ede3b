import { Wakeup } from '@inkstream/sqlite';
import { expect, it } from 'vitest';
import type { LogPage } from './reader.ts';
import type { EventRow } from './rows.ts';
import { followLog } from './subscription.ts';

const row = (position: number): EventRow => ({
  position,
  stream: 's',
  revision: position,
  id: String(position),
  type: 'Happened',
  data: '{}',
  metadata: '{}',
  recordedAt: 0,
});

/** A log of `count` events that returns pages of 10, and counts them. */
function logOf(count: number) {
  const counted = { pages: 0 };
  const readPage = (after: number): LogPage => {
    counted.pages++;
    const events = Array.from({ length: Math.min(10, count - after) }, (_, n) => row(after + 1 + n));
    const considered = after + events.length;
    return { events, considered, last: considered === count };
  };
  return { counted, readPage, lastSequence: () => count };
}

it('reads a page only once the caller has taken all of the one before', async () => {
  const { counted, ...log } = logOf(30);
  const controller = new AbortController();
  const source = { ...log, appended: new Wakeup(), signal: controller.signal };
  const steps = followLog(source, undefined);
  for (let taken = 1; taken <= 30; taken++) {
    await steps.next();
    expect(counted.pages).toBe(Math.ceil(taken / 10));
  }
  expect((await steps.next()).value).toEqual({ position: '0000000000000030', caughtUp: true });
  controller.abort();
  expect((await steps.next()).done).toBe(true);
});

it('waits without polling until there is news, and removes its listeners', async () => {
  const { counted, ...log } = logOf(0);
  const controller = new AbortController();
  const appended = new Wakeup();
  const steps = followLog({ ...log, appended, signal: controller.signal }, undefined);
  expect((await steps.next()).value?.caughtUp).toBe(true);
  const next = steps.next();
  await expect.poll(() => appended.size).toBe(1);
  const looked = counted.pages;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(counted.pages).toBe(looked);
  controller.abort();
  expect((await next).done).toBe(true);
  expect(appended.size).toBe(0);
});

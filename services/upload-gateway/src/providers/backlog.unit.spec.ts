import type { Backlog } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { listedBacklog, recentBacklog } from './backlog.ts';

const caller = { tenant: 'default', actor: 'anonymous', requestId: 'r' };
const at = new Date('2026-11-24T12:00:10.400Z');
const waiting: Backlog = {
  providers: { slow: { requests: 3, oldestAt: '2026-11-24T12:00:00.000Z' } },
  isWhole: true,
};

test('what waits for a provider is counted, with the age of the oldest in seconds', () => {
  expect(listedBacklog(waiting, 'slow', at)).toEqual({ requests: 3, oldestAgeS: 10 });
  expect(listedBacklog(waiting, 'idle', at)).toEqual({ requests: 0 });
  expect(listedBacklog(waiting, 'slow', new Date('2026-11-24T11:00:00.000Z'))?.oldestAgeS).toBe(0);
});

test('if not all was looked at, there may be more, and of others nothing is known', () => {
  const part = { ...waiting, isWhole: false };
  expect(listedBacklog(part, 'slow', at)).toEqual({ requests: 3, requestsIsAtLeast: true, oldestAgeS: 10 });
  expect(listedBacklog(part, 'idle', at)).toBeUndefined();
  expect(listedBacklog(part, 'toString', at)).toBeUndefined();
});

test('an answer serves for 5 s, and all who ask at once share it', async () => {
  let now = 0;
  let asked = 0;
  const ask = async () => {
    asked++;
    return waiting;
  };
  const recent = recentBacklog({ ask, now: () => now, onFailure: () => {} });
  expect(await Promise.all([recent(caller), recent(caller)])).toEqual([waiting, waiting]);
  now = 4_999;
  await recent(caller);
  expect(asked).toBe(1);
  now = 5_000;
  await recent(caller);
  expect(asked).toBe(2);
});

test('what fails is null, told once, and not asked for again for 5 s', async () => {
  let now = 0;
  const failures: unknown[] = [];
  let answer = async (): Promise<Backlog> => {
    throw new Error('away');
  };
  const options = {
    ask: () => answer(),
    now: () => now,
    onFailure: (error: unknown) => failures.push(error),
  };
  const recent = recentBacklog(options);
  expect(await recent(caller)).toBeNull();
  expect(await recent(caller)).toBeNull();
  expect(failures).toEqual([new Error('away')]);
  answer = async () => waiting;
  now = 5_000;
  expect(await recent(caller)).toEqual(waiting);
});

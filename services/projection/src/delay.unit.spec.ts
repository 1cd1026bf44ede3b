import { expect, it } from 'vitest';
import { Delay } from './delay.ts';

const signal = new AbortController().signal;
const delivery = (offset: string, publishedAt: number) => ({
  key: 'k',
  value: '',
  headers: {},
  topic: 't',
  redelivered: 0,
  failures: 0,
  offset,
  publishedAt,
});
const failing = () => Promise.reject(new Error('the read model is away'));

it('is the age of the oldest message in hand, also between tries, and not for ever of one that went elsewhere', async () => {
  let now = 100_000;
  const delay = new Delay(() => now);
  expect(delay.seconds).toBe(0);
  const late = Promise.withResolvers<void>();
  const first = delay.during(delivery('1', 90_000), signal, () => late.promise);
  const second = delay.during(delivery('2', 99_000), signal, async () => {});
  await second;
  expect(delay.seconds).toBe(10);
  late.resolve();
  await first;
  expect(delay.seconds).toBe(0);

  await delay.during(delivery('3', 95_000), signal, failing).catch(() => {});
  now += 30_000;
  expect(delay.seconds).toBe(35);
  now += 40_000;
  expect(delay.seconds).toBe(0);
});

it('forgets a message that another replica has', async () => {
  const delay = new Delay(() => 100_000);
  const revoked = AbortSignal.abort(new Error('reassigned'));
  await delay.during(delivery('1', 90_000), revoked, failing).catch(() => {});
  expect(delay.seconds).toBe(0);
});

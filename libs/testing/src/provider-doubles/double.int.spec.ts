import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type GeneratedReceipt, generateReceipt } from '../receipt/generate.ts';
import { type ProviderDouble, startDouble } from './double.ts';
import { hashOf, textOf } from './picture-content.ts';
import type { Vendor } from './vendor.ts';

/** The plainest vendor: a picture is posted, its text comes back. */
const plain: Vendor = {
  keyOf: ({ headers }) => headers.authorization,
  refuse: {
    key: () => ({ status: 401, body: { why: 'key' } }),
    rate: ({ resetMs }) => ({
      status: 429,
      headers: { 'retry-after-ms': String(resetMs) },
      body: { why: 'rate' },
    }),
    credit: () => ({ status: 402, body: { why: 'credit' } }),
    path: () => ({ status: 404, body: { why: 'path' } }),
  },
  rateHeaders: ({ remaining }) => ({ 'x-remaining': String(remaining) }),
  routes: ({ buy }) => [
    {
      method: 'POST',
      path: /^\/read$/,
      kind: 'purchase',
      handle: async ({ body }) => ({ status: 200, body: { text: textOf(await buy(body)) } }),
    },
    { method: 'GET', path: /^\/models$/, kind: 'probe', handle: () => ({ status: 200, body: ['plain-1'] }) },
  ],
};

let double: ProviderDouble;
let receipt: GeneratedReceipt;
let now = 0;
beforeAll(async () => {
  receipt = await generateReceipt({ seed: 1, width: 200 });
});
beforeEach(async () => {
  double = await startDouble(plain, { now: () => now });

  await double.know(receipt.image, receipt.truth);
});
afterEach(() => double.close());

const headers = { authorization: 'test-key' };
const read = (signal?: AbortSignal) =>
  fetch(`${double.url}/read`, {
    method: 'POST',
    headers,
    body: Buffer.from(receipt.image),
    ...(signal && { signal }),
  });
const boughtTimes = () => double.bought.get(hashOf(receipt.image)) ?? 0;

it('answers from the picture that it was sent, and counts what was bought by its hash', async () => {
  for (let n = 0; n < 2; n++) expect(await (await read()).json()).toEqual({ text: receipt.truth.text });
  expect(boughtTimes()).toBe(2);
  expect(double.bought.size).toBe(1);
});

it('says no in words of its own: without its key, and for a path that there is not', async () => {
  expect((await fetch(`${double.url}/models`)).status).toBe(401);
  expect((await fetch(`${double.url}/elsewhere`, { headers })).status).toBe(404);
  double.takeKey(false);
  expect((await read()).status).toBe(401);
  double.takeKey(true);
  expect((await read()).status).toBe(200);
  expect(double.calls.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    'probe 401',
    'purchase 401',
    'purchase 200',
  ]);
});

it('enforces its rate limit, and says in each answer how it stands', async () => {
  double.limitRate({ calls: 2, windowMs: 1_000 });
  const remaining = async () => (await read()).headers.get('x-remaining');
  expect([await remaining(), await remaining()]).toEqual(['1', '0']);
  const refused = await read();
  expect([refused.status, refused.headers.get('retry-after-ms')]).toEqual([429, '1000']);
  now += 1_000;
  expect((await read()).status).toBe(200);
  expect(boughtTimes()).toBe(3);
});

it('reads nothing beyond its credit', async () => {
  double.setCredit(1);
  expect([(await read()).status, (await read()).status]).toEqual([200, 402]);
  expect(boughtTimes()).toBe(1);
  double.setCredit(null);
  expect((await read()).status).toBe(200);
});

it('fails as it is told: what is bought then is counted, what is not is not', async () => {
  double.fail(1, { kind: 'answer', status: 503, headers: { 'retry-after': '7' }, body: { why: 'busy' } });
  const busy = await read();
  expect([busy.status, busy.headers.get('retry-after'), await busy.json()]).toEqual([
    503,
    '7',
    { why: 'busy' },
  ]);
  double.fail(1, { kind: 'reset' });
  await expect(read()).rejects.toThrow('fetch failed');
  expect(boughtTimes()).toBe(0);

  double.fail(1, { kind: 'answer', status: 200, body: { why: 'refused' }, bought: true });
  expect(await (await read()).json()).toEqual({ why: 'refused' });
  double.fail(1, { kind: 'garbled' });
  const garbled = await read();
  expect(garbled.status).toBe(200);
  await expect(garbled.json()).rejects.toThrow(SyntaxError);
  double.fail(1, { kind: 'cut' });
  const cut = await read();
  expect(cut.status).toBe(200);
  await expect(cut.text()).rejects.toThrow('terminated');
  for (const fault of [{ kind: 'hang' }, { kind: 'slow', ms: 60_000 }] as const) {
    double.fail(1, fault);
    const before = boughtTimes();
    const giveUp = new AbortController();
    const given = expect(read(giveUp.signal)).rejects.toThrow(/abort/);
    await expect.poll(boughtTimes).toBe(before + 1);
    giveUp.abort();
    await given;
  }
  expect(boughtTimes()).toBe(5);
  expect(await (await read()).json()).toEqual({ text: receipt.truth.text });
});

it('says how many calls were in flight at once', async () => {
  double.fail(3, { kind: 'hang' });
  const giveUp = new AbortController();
  const hanging = Promise.allSettled([1, 2, 3].map(() => read(giveUp.signal)));
  await expect.poll(boughtTimes).toBe(3);
  giveUp.abort();
  await hanging;
  for (let n = 0; n < 2; n++) await read();
  expect(double.mostAtOnce).toBe(3);
});

it('closes while calls hang', async () => {
  double.fail(1, { kind: 'hang' });
  const hanging = read();
  const ended = expect(hanging).rejects.toThrow();
  await expect.poll(boughtTimes).toBe(1);
  await double.close();
  await ended;
  double = await startDouble(plain);
});

import { createLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ListedModel } from './listed-models.ts';
import { daysUntil, ModelWatch } from './model-watch.ts';
import { ProviderError } from './provider-error.ts';
import { type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

it('announces when its model ends, once the vendor says so, and reads whatever the list says', async () => {
  const engine = {
    ...wordsEngine(async (word) => word),
    models: async () => [{ id: 'acme-3-0901', aliases: ['acme-3'], ends: '2026-12-20' }],
  };
  await harness.start({ engine, model: 'acme-3' });
  expect(await harness.announced(({ modelEnds }) => modelEnds !== undefined)).toMatchObject({
    model: 'acme-3',
    modelEnds: '2026-12-20',
    state: 'ready',
  });
});

it('reads though its vendor lists no models now', async () => {
  const models = async () => {
    throw new ProviderError('provider_unavailable', 'No list today');
  };
  const engine = { ...wordsEngine(async (word) => word), models };
  await harness.start({ engine, model: 'acme-3' });
  await harness.final(await harness.request('well'));
});

/** A watch whose timer is in the hand of the test. */
function watching(list: () => readonly ListedModel[], ends?: string) {
  const logged: { level: number; daysLeft?: number }[] = [];
  let next = () => {};
  const waits: number[] = [];
  const onChange = vi.fn();
  const watch = new ModelWatch({
    engine: { models: async () => list() },
    model: 'acme-3',
    ends,
    now: () => NOW,
    log: createLogger('watch', 'info', { write: (line) => void logged.push(JSON.parse(line)) }),
    onChange,
    startTimer: (callback, ms) => {
      next = callback;
      waits.push(ms);
      return () => {};
    },
  });
  return { watch, logged, waits, onChange, next: () => next() };
}

it('asks each day, and warns in the log from 30 days before', async () => {
  let ends = '2026-12-31';
  const { watch, logged, waits, onChange, next } = watching(() => [{ id: 'acme-3', ends }]);
  await vi.waitFor(() => expect(waits).toEqual([86_400_000]));
  expect([watch.daysLeft, logged]).toEqual([31, []]);
  ends = '2026-12-30';
  next();
  await vi.waitFor(() => expect(waits).toHaveLength(2));
  expect([watch.ends, watch.daysLeft, onChange.mock.calls.length]).toEqual(['2026-12-30', 30, 2]);
  expect(logged).toEqual([expect.objectContaining({ level: 40, daysLeft: 30, model: 'acme-3' })]);
  watch.close();
});

it('keeps what the operator knows where the vendor says nothing, and asks again in an hour after no answer', async () => {
  let list: () => ListedModel[] = () => [{ id: 'acme-3' }];
  const { watch, waits, onChange, next } = watching(() => list(), '2027-03-01');
  await vi.waitFor(() => expect(waits).toHaveLength(1));
  list = () => {
    throw new ProviderError('provider_unavailable', 'No list today');
  };
  next();
  await vi.waitFor(() => expect(waits).toEqual([86_400_000, 3_600_000]));
  expect([watch.ends, onChange.mock.calls.length]).toEqual(['2027-03-01', 0]);
  watch.close();
});

it('counts the day that has begun as a whole', () => {
  expect(['2026-12-01', '2026-12-02', '2026-11-29'].map((day) => daysUntil(day, NOW))).toEqual([1, 2, -1]);
});

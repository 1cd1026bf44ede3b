import { metrics } from '@opentelemetry/api';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProviderError } from '../provider-error.ts';
import { type Harness, openHarness } from '../spec-support/harness.ts';
import { Limiter } from './limiter.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Collects when it is asked to. */
class OnDemand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

let reader: OnDemand;
let harness: Harness;
beforeEach(async () => {
  // Cumulative ones would go on with what nobody reports any more.
  reader = new OnDemand({ aggregationTemporalitySelector: () => AggregationTemporality.DELTA });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  harness = await openHarness();
});
afterEach(async () => {
  await harness.close();
  metrics.disable();
});

/** Of the provider, by the names without what they begin with; of what has causes, those that are not 0. */
async function measured(): Promise<Record<string, number>> {
  const { resourceMetrics } = await reader.collect();
  const values = resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.flatMap(({ attributes: { provider, cause }, value }) => {
        if (provider !== 'fake' || (cause && value === 0)) return [];
        return [[`${descriptor.name.replace('inkstream.provider.', '')}${cause ? ` ${cause}` : ''}`, value]];
      }),
    ),
  );
  return Object.fromEntries(values);
}

const COST = { cost: { amount: '0.25', currency: 'USD' } };

it('a provider reports which calls wait and were refused, what was spent today, and why it pauses', async () => {
  const first = Promise.withResolvers<void>();
  const faults = [new ProviderError('rate_limited', 'Too many', 1)];
  let wrong: ProviderError | null = null;
  const provider = await harness.start(
    {
      concurrency: 3,
      engine: {
        limiter: new Limiter({ maxInFlight: 1 }),
        async recognise(_document, { call }) {
          await call(async () => {
            await first.promise;
            const fault = faults.shift() ?? wrong;
            if (fault) throw fault;
            return COST;
          });
          return { pages: [{ width: 1, height: 1, rotation: 0, lines: [{ text: 'read' }] }], model: 'm' };
        },
      },
    },
    { circuit: { firstProbeMs: 60_000, maxProbeMs: 60_000 } },
  );
  const ids = [await harness.request('a'), await harness.request('b'), await harness.request('c')];
  await vi.waitFor(async () => expect(await measured()).toMatchObject({ calls_waiting: 2 }), 10_000);
  expect(await measured()).toEqual({ calls_waiting: 2, calls_refused: 0 });

  first.resolve();
  for (const id of ids) await harness.final(id);
  await vi.waitFor(
    async () => expect(await measured()).toEqual({ calls_waiting: 0, calls_refused: 1, spent_today: 0.75 }),
    10_000,
  );

  wrong = new ProviderError('credentials_rejected', 'The key is refused');
  await harness.request('d');
  await vi.waitFor(async () => expect(await measured()).toMatchObject({ 'paused key_refused': 1 }), 10_000);

  await provider.close();
  expect(await measured()).toEqual({});
});

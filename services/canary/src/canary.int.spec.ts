import { silentLogger } from '@inkstream/service-kit';
import { metrics } from '@opentelemetry/api';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startCanary } from './canary.ts';
import type { Run } from './run.ts';

/** Collects when it is asked to. */
class OnDemand extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

let reader: OnDemand;
beforeEach(() => {
  reader = new OnDemand({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
});
afterEach(() => metrics.disable());

async function measured() {
  const { resourceMetrics } = await reader.collect();
  return Object.fromEntries(
    resourceMetrics.scopeMetrics.flatMap((scope) =>
      scope.metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [
          [descriptor.name.replace('inkstream.canary.', ''), ...Object.values(attributes)].join(' '),
          typeof value === 'object' ? value.sum : value,
        ]),
      ),
    ),
  );
}

it('counts runs by their outcome, from 0 on, and tells how long those took that passed, and when the last one did', async () => {
  const runs: Run[] = [
    { outcome: 'failed', reason: 'nobody answers', durationMs: 10 },
    { outcome: 'wrong', reason: 'total is missing', jobId: 1, durationMs: 900 },
    { outcome: 'passed', jobId: 2, durationMs: 2_500 },
  ];
  let next = Promise.withResolvers<Run>();
  const canary = startCanary({
    run: () => next.promise,
    intervalMs: 0,
    log: silentLogger(),
    now: () => new Date(1_700_000_000_000),
  });
  const zero = { 'runs passed': 0, 'runs wrong': 0, 'runs failed': 0 };
  expect(await measured()).toEqual(zero);
  expect(canary.last()).toBe('none yet');
  for (const run of runs) {
    const { resolve } = next;
    next = Promise.withResolvers();
    resolve(run);
    await vi.waitFor(() => expect(canary.last()).toContain(run.outcome));
  }
  expect(await measured()).toEqual({
    'runs passed': 1,
    'runs wrong': 1,
    'runs failed': 1,
    duration: 2.5,
    last_success: 1_700_000_000,
  });
  const closed = canary.close();
  next.resolve({ outcome: 'failed', durationMs: 1 });
  await closed;
  // What it was cut off from is no failure.
  expect(await measured()).toMatchObject({ 'runs failed': 1 });
});

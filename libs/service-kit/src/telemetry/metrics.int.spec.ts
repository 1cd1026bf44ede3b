import { metrics as api } from '@opentelemetry/api';
import { metrics } from '@opentelemetry/sdk-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundedViews } from './bounded-attributes.ts';
import { observe } from './instruments.ts';
import { PrometheusReader } from './prometheus.ts';

let reader: PrometheusReader;
beforeEach(() => {
  reader = new PrometheusReader();
  api.setGlobalMeterProvider(new metrics.MeterProvider({ readers: [reader], views: boundedViews() }));
});
afterEach(() => api.disable());

const meter = () => api.getMeter('inkstream');
const series = async (name: string) =>
  (await reader.scrape())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

describe('metrics for Prometheus', () => {
  it('have the names that the collector makes of them', async () => {
    meter().createCounter('inkstream.uploads', { unit: '{upload}' }).add(2, { outcome: 'accepted' });
    meter().createCounter('inkstream.upload.bytes', { unit: 'By' }).add(3);
    meter()
      .createHistogram('inkstream.upload.duration', {
        unit: 's',
        advice: { explicitBucketBoundaries: [1, 60] },
      })
      .record(60);
    meter().createGauge('inkstream.provider.budget.used', { unit: '1' }).record(0.5);
    meter().createGauge('inkstream.canary.last_success', { unit: 's' }).record(7);
    const lines = (await reader.scrape()).split('\n').filter((line) => line.startsWith('inkstream'));
    expect(lines).toEqual([
      'inkstream_uploads_total{outcome="accepted"} 2',
      'inkstream_upload_bytes_total 3',
      'inkstream_upload_duration_seconds_count 1',
      'inkstream_upload_duration_seconds_sum 60',
      'inkstream_upload_duration_seconds_bucket{le="1"} 0',
      'inkstream_upload_duration_seconds_bucket{le="60"} 1',
      'inkstream_upload_duration_seconds_bucket{le="+Inf"} 1',
      'inkstream_provider_budget_used_ratio 0.5',
      'inkstream_canary_last_success_seconds 7',
    ]);
  });

  it('stay few, however many tenants, providers, paths and errors there are, and however often they are collected', async () => {
    const counter = meter().createCounter('inkstream.executions');
    for (let round = 0; round < 10; round++) {
      for (let n = 0; n < 1_000; n++) {
        const nth = round * 1_000 + n;
        counter.add(1, {
          provider: `p${nth}`,
          tenant: `t${nth}`,
          'error.type': `e${nth}`,
          'http.route': `/${nth}`,
        });
      }
      await reader.scrape();
    }
    const counted = await series('inkstream_executions_total');
    expect(counted.length).toBeLessThanOrEqual(101);
    expect(counted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(10_000);
    expect(counted.some((line) => line.includes('provider="p99"'))).toBe(true);
    expect(
      counted.some((line) =>
        line.includes('provider="other",tenant="other",error_type="other",http_route="other"'),
      ),
    ).toBe(true);
  });

  it('of what is observed no more leave no series behind', async () => {
    const of = (provider: string, read: () => number | undefined) =>
      observe(
        'inkstream.provider.spent_today',
        { unit: '{USD}', description: 'd', attributes: { provider } },
        read,
      );
    let amount: number | undefined = 1;
    const [first, second] = [of('a', () => 2), of('b', () => amount)];
    expect(await series('inkstream_provider_spent_today')).toHaveLength(2);
    amount = undefined;
    expect(await series('inkstream_provider_spent_today')).toEqual([
      'inkstream_provider_spent_today{provider="a"} 2',
    ]);
    first.close();
    expect(await series('inkstream_provider_spent_today')).toEqual([]);
    amount = 3;
    expect(await series('inkstream_provider_spent_today')).toEqual([
      'inkstream_provider_spent_today{provider="b"} 3',
    ]);
    second.close();
  });
});

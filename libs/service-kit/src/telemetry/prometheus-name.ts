import { metrics } from '@opentelemetry/sdk-node';

/** The units that names of Prometheus spell out. */
const UNITS: Readonly<Record<string, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  By: 'bytes',
  '%': 'percent',
};

/**
 * The name by which Prometheus knows a metric, before the `_total` of counters: with its unit, as the collector makes
 * it, so that one query serves both ways.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1
 */
export function prometheusName({ descriptor: { name, unit }, dataPointType }: metrics.MetricData): string {
  const base = name.replaceAll(/[^a-zA-Z0-9:]+/g, '_');
  const isGauge = dataPointType === metrics.DataPointType.GAUGE;
  const suffix = unit === '1' && isGauge ? 'ratio' : UNITS[unit];
  return suffix === undefined || base.split('_').includes(suffix) ? base : `${base}_${suffix}`;
}

import type { metrics as Metrics } from '@opentelemetry/sdk-node';
import { metrics } from '@opentelemetry/sdk-node';
import { temporalityOf } from './temporality.ts';

const EXPORTERS = {
  grpc: () => import('@opentelemetry/exporter-metrics-otlp-grpc'),
  'http/json': () => import('@opentelemetry/exporter-metrics-otlp-http'),
  'http/protobuf': () => import('@opentelemetry/exporter-metrics-otlp-proto'),
} as const;

export interface OtlpMetricsOptions {
  readonly protocol: keyof typeof EXPORTERS;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Sends metrics at an interval. Where to, and how, OpenTelemetry's own variables say. */
export async function otlpMetrics({
  protocol,
  intervalMs,
  timeoutMs,
}: OtlpMetricsOptions): Promise<Metrics.IMetricReader> {
  const { OTLPMetricExporter } = await EXPORTERS[protocol]();
  const exporter = new OTLPMetricExporter();
  const chosen = exporter.selectAggregationTemporality.bind(exporter);
  exporter.selectAggregationTemporality = temporalityOf(chosen);
  return new metrics.PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(timeoutMs, intervalMs),
  });
}

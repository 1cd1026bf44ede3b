import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';
import { readConfig, wholeNumber } from '../config.ts';
import { closeInOrder, type Running } from '../run-service.ts';
import { startProfiling } from './profiling.ts';

const METRICS_EXPORTERS = ['otlp', 'prometheus', 'none'] as const;
const exporters = `must be ${METRICS_EXPORTERS.join(', ')}, or otlp,prometheus`;
const protocol = z.enum(['grpc', 'http/json', 'http/protobuf']);

/** Those of OpenTelemetry's variables that are read here; the SDK reads the others. */
const telemetryConfig = {
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.default('http/protobuf'),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol.optional(),
  OTEL_METRICS_EXPORTER: z
    .string()
    .transform((list) => list.split(',').map((one) => one.trim()))
    .pipe(z.array(z.enum(METRICS_EXPORTERS, exporters)))
    .prefault('otlp'),
  OTEL_METRIC_EXPORT_INTERVAL: wholeNumber(1, 3_600_000).default(60_000),
  OTEL_METRIC_EXPORT_TIMEOUT: wholeNumber(1, 3_600_000).default(30_000),
  OTEL_EXPORTER_PROMETHEUS_HOST: z.string().min(1).default('127.0.0.1'),
  OTEL_EXPORTER_PROMETHEUS_PORT: wholeNumber(0, 65_535).default(9464),
};

type TelemetryConfig = z.output<z.ZodObject<typeof telemetryConfig>>;

export interface Telemetry extends Running {
  /** Where Prometheus is to scrape, such as `http://127.0.0.1:9464/metrics`; undefined if metrics are not served. */
  readonly metricsUrl?: string;
}

const NOTHING: Telemetry = { close: async () => {} };

/** The version of what this file is packed in: all of ours have one. */
function version(): string {
  const manifest = findPackageJSON(import.meta.url);
  return manifest ? JSON.parse(readFileSync(manifest, 'utf8')).version : 'unknown';
}

/**
 * Sends traces and metrics to `OTEL_EXPORTER_OTLP_ENDPOINT`, and serves metrics to Prometheus if
 * `OTEL_METRICS_EXPORTER` names it; OpenTelemetry's own variables apply. Sends profiles to `PYROSCOPE_SERVER_ADDRESS`.
 * Loads nothing if there is none of them.
 *
 * Call it before anything is created that measures: instruments of before stay without effect.
 *
 * @throws ConfigError naming the variable that is wrong; what `listen` does if it cannot serve metrics.
 */
export async function startTelemetry(
  service: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Telemetry> {
  const config = readConfig(telemetryConfig, env);
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRICS_EXPORTER: wanted } = config;
  const prometheus = wanted.includes('prometheus');
  if (config.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return NOTHING;
  const own = {
    'service.name': service,
    'service.version': version(),
    'service.instance.id': randomUUID(),
  };
  const profiling = await startProfiling(own, env);
  const sdk =
    endpoint || prometheus
      ? await startSdk(own, config, { otlp: endpoint !== undefined, prometheus })
      : NOTHING;
  return profiling ? { ...sdk, close: () => closeInOrder([profiling, sdk]) } : sdk;
}

async function startSdk(
  own: Readonly<Record<string, string>>,
  config: TelemetryConfig,
  { otlp, prometheus }: { readonly otlp: boolean; readonly prometheus: boolean },
): Promise<Telemetry> {
  const { NodeSDK, resources } = await import('@opentelemetry/sdk-node');
  const { RuntimeNodeInstrumentation } = await import('@opentelemetry/instrumentation-runtime-node');
  const { boundedViews } = await import('./bounded-attributes.ts');
  const scraped = prometheus ? await import('./prometheus.ts') : undefined;
  const reader = scraped && new scraped.PrometheusReader();
  const pushed = otlp && config.OTEL_METRICS_EXPORTER.includes('otlp') ? [await pushMetrics(config)] : [];
  const { envDetector, hostDetector } = resources;
  const sdk = new NodeSDK({
    // What the environment says of the service counts before what it says of itself.
    resource: resources.defaultResource().merge(resources.resourceFromAttributes(own)),
    resourceDetectors: [hostDetector, envDetector],
    metricReaders: [...pushed, ...(reader ? [reader] : [])],
    views: boundedViews(),
    instrumentations: [new RuntimeNodeInstrumentation()],
    ...(otlp ? {} : { spanProcessors: [], logRecordProcessors: [] }),
  });
  sdk.start();
  const running = { close: () => sdk.shutdown() };
  if (!scraped || !reader) return running;
  const { OTEL_EXPORTER_PROMETHEUS_HOST: host, OTEL_EXPORTER_PROMETHEUS_PORT: port } = config;
  const server = await scraped.serveMetrics(reader, { host, port });
  return { metricsUrl: `${server.url}/metrics`, close: () => closeInOrder([server, running]) };
}

async function pushMetrics(config: TelemetryConfig) {
  const { otlpMetrics } = await import('./otlp-metrics.ts');
  return otlpMetrics({
    protocol: config.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ?? config.OTEL_EXPORTER_OTLP_PROTOCOL,
    intervalMs: config.OTEL_METRIC_EXPORT_INTERVAL,
    timeoutMs: config.OTEL_METRIC_EXPORT_TIMEOUT,
  });
}

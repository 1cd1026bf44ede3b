import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readConfig, StartError, serverConfig, wholeNumber } from '../config.ts';
import { createLogger, type Logger } from '../log.ts';
import { closeInOrder, type Running } from '../run-service.ts';
import { startProfiling } from './profiling.ts';

const METRICS_EXPORTERS = ['otlp', 'prometheus', 'none'] as const;
const exporters = `must be ${METRICS_EXPORTERS.join(', ')}, or otlp,prometheus`;
const protocol = z.enum(['grpc', 'http/json', 'http/protobuf']);

/** Those of OpenTelemetry's variables that are read here; the SDK reads the others. */
export const telemetryConfig = {
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
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
  LOG_LEVEL: serverConfig.LOG_LEVEL,
};

type TelemetryConfig = z.output<z.ZodObject<typeof telemetryConfig>>;

export interface Telemetry extends Running {
  /** Where Prometheus is to scrape, such as `http://127.0.0.1:9464/metrics`; undefined if metrics are not served. */
  readonly metricsUrl?: string;
}

/** So long the last of it may take to be sent, ms: a stop waits no longer for an endpoint that is away. */
const SEND_LAST_WITHIN_MS = 3_000;

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
  const log = createLogger(own['service.name'] ?? '', config.LOG_LEVEL);
  const running = { close: () => sendLast(() => sdk.shutdown(), log) };
  if (!scraped || !reader) return running;
  const { OTEL_EXPORTER_PROMETHEUS_HOST: host, OTEL_EXPORTER_PROMETHEUS_PORT: port } = config;
  const server = await scraped.serveMetrics(reader, { host, port }).catch(notServed);
  return { metricsUrl: `${server.url}/metrics`, close: () => closeInOrder([server, running]) };
}

/** Nobody looks for the port of metrics under the name of the service's own. */
function notServed(error: NodeJS.ErrnoException): never {
  throw new StartError(
    `Cannot serve metrics: ${error.message}. Name another OTEL_EXPORTER_PROMETHEUS_PORT, or 0 for any free one.`,
    { cause: error },
  );
}

/** What cannot be sent is lost, which is no fault of a service that did its work. */
async function sendLast(shutdown: () => Promise<void>, log: Logger): Promise<void> {
  const late = sleep(SEND_LAST_WITHIN_MS, undefined, { ref: false }).then(() => {
    throw new Error(`The endpoint took longer than ${SEND_LAST_WITHIN_MS} ms`);
  });
  try {
    await Promise.race([shutdown(), late]);
  } catch (error) {
    log.warn({ reason: String(error) }, 'the last of telemetry cannot be sent, and is dropped');
  }
}

async function pushMetrics(config: TelemetryConfig) {
  const { otlpMetrics } = await import('./otlp-metrics.ts');
  return otlpMetrics({
    protocol: config.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ?? config.OTEL_EXPORTER_OTLP_PROTOCOL,
    intervalMs: config.OTEL_METRIC_EXPORT_INTERVAL,
    timeoutMs: config.OTEL_METRIC_EXPORT_TIMEOUT,
  });
}

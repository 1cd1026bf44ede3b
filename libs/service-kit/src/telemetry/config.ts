import { z } from 'zod';
import { serverConfig, wholeNumber } from '../config.ts';

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

export type TelemetryConfig = z.output<z.ZodObject<typeof telemetryConfig>>;

/** Whether no telemetry is taken, whatever else is set. */
export const isDisabled = ({ OTEL_SDK_DISABLED }: TelemetryConfig): boolean =>
  OTEL_SDK_DISABLED?.toLowerCase() === 'true';

/** Where metrics are served to Prometheus; null if they are not. */
export const metricsAddress = (
  config: TelemetryConfig,
): { readonly host: string; readonly port: number } | null =>
  !isDisabled(config) && config.OTEL_METRICS_EXPORTER.includes('prometheus')
    ? { host: config.OTEL_EXPORTER_PROMETHEUS_HOST, port: config.OTEL_EXPORTER_PROMETHEUS_PORT }
    : null;

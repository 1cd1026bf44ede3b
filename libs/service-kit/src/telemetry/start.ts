import type { Running } from '../run-service.ts';

/**
 * Sends traces and metrics to `OTEL_EXPORTER_OTLP_ENDPOINT` (OpenTelemetry's own variables apply), and loads nothing if
 * it is not set.
 */
export async function startTelemetry(
  service: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Running> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) return { close: async () => {} };
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: service });
  sdk.start();
  return { close: () => sdk.shutdown() };
}

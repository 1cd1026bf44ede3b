import {
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Running } from './run-service.ts';

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

/** Measures a value when metrics are collected, not while `read` returns undefined; until it is closed. */
export function observe(
  name: string,
  {
    attributes,
    ...options
  }: {
    readonly unit: string;
    readonly description: string;
    /** Of what it is, if the process measures several. */
    readonly attributes?: Readonly<Record<string, string>>;
  },
  read: () => number | undefined,
): { close(): void } {
  const gauge = metrics.getMeter('inkstream').createObservableGauge(name, options);
  const callback: Parameters<typeof gauge.addCallback>[0] = (result) => {
    const value = read();
    if (value !== undefined) result.observe(value, attributes);
  };
  gauge.addCallback(callback);
  return { close: () => gauge.removeCallback(callback) };
}

/** The current W3C `traceparent`, undefined if there is no trace. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** Runs the work in a span that continues `traceparent`, if one is given. */
export function inSpan<T>(
  name: string,
  traceparent: string | undefined,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = traceparent ? propagation.extract(ROOT_CONTEXT, { traceparent }) : context.active();
  return trace.getTracer('inkstream').startActiveSpan(name, {}, parent, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.recordException(error instanceof Error ? error : String(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

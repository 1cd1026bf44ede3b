import { context, metrics as metricsApi, propagation, SpanKind, trace } from '@opentelemetry/api';
import { metrics, NodeSDK, tracing } from '@opentelemetry/sdk-node';

export interface RecordedSpan {
  readonly name: string;
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** The id of its parent; undefined if it is the first of its trace. */
  readonly parentId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly string[];
  readonly failed: boolean;
  /** All that is exported of it, as text: to look for what must be in no span. */
  readonly text: string;
}

export interface RecordedPoint {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a histogram how many values it has. */
  readonly value: number;
}

/** A metric as it is measured now. */
export interface RecordedMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly points: readonly RecordedPoint[];
}

const KINDS = {
  [metrics.DataPointType.SUM]: 'counter',
  [metrics.DataPointType.GAUGE]: 'gauge',
  [metrics.DataPointType.HISTOGRAM]: 'histogram',
  [metrics.DataPointType.EXPONENTIAL_HISTOGRAM]: 'histogram',
} as const;

/** Collects when it is asked to; of observed gauges what is observed then. */
class OnDemand extends metrics.MetricReader {
  constructor() {
    super({
      aggregationTemporalitySelector: (type) =>
        type === metrics.InstrumentType.OBSERVABLE_GAUGE
          ? metrics.AggregationTemporality.DELTA
          : metrics.AggregationTemporality.CUMULATIVE,
    });
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const recordedOf = (span: tracing.ReadableSpan): RecordedSpan => ({
  name: span.name,
  kind: SpanKind[span.kind].toLowerCase(),
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parentId: span.parentSpanContext?.spanId,
  attributes: Object.fromEntries(Object.entries(span.attributes).filter(([, value]) => value !== undefined)),
  links: span.links.map((link) => link.context.spanId),
  failed: span.status.code === 2,
  text: JSON.stringify([span.name, span.attributes, span.events, span.status, span.links]),
});

const labelsOf = (attributes: Readonly<Record<string, unknown>>): string =>
  Object.keys(attributes)
    .toSorted()
    .map((name) => `${name}=${String(attributes[name])}`)
    .join(' ');

function unregister(): void {
  for (const api of [trace, context, propagation, metricsApi]) api.disable();
}

/**
 * Records what this process traces and measures, as `startTelemetry` would send it. What is instrumented has to be made
 * after this, and nothing else of the process may have telemetry meanwhile.
 */
export function recordTelemetry() {
  // Of a spec before this one, in the same process, whose telemetry has ended but is registered still.
  unregister();
  const exporter = new tracing.InMemorySpanExporter();
  const reader = new OnDemand();
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [reader],
  });
  sdk.start();

  /** Everything that is measured. */
  async function measured(): Promise<readonly RecordedMetric[]> {
    const { resourceMetrics } = await reader.collect();
    return resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .map(({ descriptor: { name, unit }, dataPointType, dataPoints }) => ({
        name,
        unit,
        kind: KINDS[dataPointType],
        points: dataPoints.map(({ attributes, value }) => ({
          attributes: Object.fromEntries(Object.entries(attributes).filter(([, one]) => one !== undefined)),
          value: typeof value === 'number' ? value : value.count,
        })),
      }));
  }

  return {
    /** Those that have ended, in that order. */
    spans: (): readonly RecordedSpan[] => exporter.getFinishedSpans().map(recordedOf),
    metrics: measured,
    /** What has been measured of each series of a metric so far. */
    points: async (name: string): Promise<readonly RecordedPoint[]> =>
      (await measured()).filter((one) => one.name === name).flatMap(({ points }) => points),
    /** The same by what tells the series apart: `{ 'outcome=accepted tenant=default': 1 }`. */
    async series(name: string): Promise<Readonly<Record<string, number>>> {
      const points = (await measured()).filter((one) => one.name === name).flatMap((one) => one.points);
      return Object.fromEntries(points.map(({ attributes, value }) => [labelsOf(attributes), value]));
    },
    async close(): Promise<void> {
      await sdk.shutdown();
      unregister();
    },
  };
}

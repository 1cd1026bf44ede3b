import { type Attributes, type Counter, type Histogram, metrics } from '@opentelemetry/api';

/** A metric as docs/operations/metrics.md has it. */
export interface MetricOptions {
  /** By UCUM, such as `s` and `By`; what is counted in braces, such as `{upload}`. */
  readonly unit: string;
  readonly description: string;
}

export interface Measurement {
  readonly value: number;
  readonly attributes?: Attributes;
}

/** Upper bounds of the buckets of durations, seconds, each included: fine up to a minute, which objectives are about. */
export const DURATION_BOUNDS: readonly number[] = [
  0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 14_400, 86_400,
];

const meter = () => metrics.getMeter('inkstream');

/** Counts from the start of the process. Make it after `startTelemetry`, or it has no effect. */
export const counter = (name: string, options: MetricOptions): Counter =>
  meter().createCounter(name, options);

/** Durations in seconds, or what other bounds are for. */
export const histogram = (name: string, options: MetricOptions, bounds = DURATION_BOUNDS): Histogram =>
  meter().createHistogram(name, { ...options, advice: { explicitBucketBoundaries: [...bounds] } });

/**
 * Measures when metrics are collected, until it is closed: whatever `read` returns then, and nothing if it rejects.
 *
 * @param kind what is read: values that go up and down, or counts since the start.
 */
export function observeAll(
  name: string,
  { kind = 'gauge', ...options }: MetricOptions & { readonly kind?: 'gauge' | 'counter' },
  read: () => Iterable<Measurement> | Promise<Iterable<Measurement>>,
): { close(): void } {
  const instrument =
    kind === 'gauge'
      ? meter().createObservableGauge(name, options)
      : meter().createObservableCounter(name, options);
  const callback: Parameters<typeof instrument.addCallback>[0] = async (result) => {
    for (const { value, attributes } of await read()) result.observe(value, attributes);
  };
  instrument.addCallback(callback);
  return { close: () => instrument.removeCallback(callback) };
}

/** Measures a value when metrics are collected, not while `read` returns undefined; until it is closed. */
export function observe(
  name: string,
  {
    attributes,
    ...options
  }: MetricOptions & {
    readonly kind?: 'gauge' | 'counter';
    /** Of what it is, if the process measures several. */
    readonly attributes?: Readonly<Record<string, string>>;
  },
  read: () => number | undefined | Promise<number | undefined>,
): { close(): void } {
  return observeAll(name, options, async () => {
    const value = await read();
    return value === undefined ? [] : [{ value, ...(attributes && { attributes }) }];
  });
}

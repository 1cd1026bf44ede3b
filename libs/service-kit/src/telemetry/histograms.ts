import { type Histogram, metrics } from '@opentelemetry/api';

/** The buckets that the conventions advise for calls of stores and brokers, s. */
export const CALL_BUCKETS_S = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] as const;
/** The buckets that the conventions advise for HTTP, s. */
export const HTTP_BUCKETS_S = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

/** A histogram of seconds. To be made once telemetry is started: one that was made before measures nothing. */
export const secondsHistogram = (name: string, description: string, buckets: readonly number[]): Histogram =>
  metrics
    .getMeter('inkstream')
    .createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: [...buckets] } });

/** The seconds since a time of `performance.now()`. */
export const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1_000;

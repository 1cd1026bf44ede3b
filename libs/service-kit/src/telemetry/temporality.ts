import { metrics } from '@opentelemetry/sdk-node';

/**
 * Chooses the temporality of each kind of metric as `choose` does, but of observed gauges always delta: cumulative ones
 * would go on with the last value of what nobody observes any more. A gauge has no temporality on the wire.
 */
export const temporalityOf =
  (choose: (type: metrics.InstrumentType) => metrics.AggregationTemporality) =>
  (type: metrics.InstrumentType): metrics.AggregationTemporality =>
    type === metrics.InstrumentType.OBSERVABLE_GAUGE ? metrics.AggregationTemporality.DELTA : choose(type);

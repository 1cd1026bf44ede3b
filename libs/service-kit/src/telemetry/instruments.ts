import { metrics } from '@opentelemetry/api';

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

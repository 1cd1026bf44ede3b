import { createNoopMeter, metrics, ProxyTracerProvider, trace } from '@opentelemetry/api';

const NO_TRACES = new ProxyTracerProvider().getDelegate();
const NO_METER = createNoopMeter();

/** Whether spans go anywhere: something was registered that makes them, here or by a test. */
function isTracing(): boolean {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider && provider.getDelegate() !== NO_TRACES;
}

const isMeasuring = (): boolean => metrics.getMeter('inkstream') !== NO_METER;

/** Whether this process has telemetry. What was made before it was started stays without. */
export const hasTelemetry = (): boolean => isTracing() || isMeasuring();

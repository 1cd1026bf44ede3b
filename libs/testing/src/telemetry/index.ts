export { startSpanReceiver } from './receiver.ts';
export { type RecordedMetric, type RecordedPoint, type RecordedSpan, recordTelemetry } from './recorded.ts';
export { rootsOf, spanTree } from './span-tree.ts';

export { startSpanReceiver } from './receiver.ts';
export { type RecordedPoint, type RecordedSpan, recordTelemetry } from './recorded.ts';
export { rootsOf, spanTree } from './span-tree.ts';

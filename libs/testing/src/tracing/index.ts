export { traceInMemory } from './in-memory.ts';
export { startSpanReceiver } from './receiver.ts';
export { rootsOf, spanTree, type TracedSpan, type Tracing } from './span-tree.ts';

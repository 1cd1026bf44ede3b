import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import type { TracedSpan, Tracing } from './span-tree.ts';

const KINDS = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
} as const;

function traced(span: ReadableSpan): TracedSpan {
  const { name, kind, attributes, links, events, status, parentSpanContext } = span;
  const { traceId, spanId } = span.spanContext();
  return {
    ...{ traceId, spanId, name, attributes },
    parentId: parentSpanContext?.spanId,
    kind: KINDS[kind],
    failed: status.code === SpanStatusCode.ERROR,
    links: links.map((link) => link.context.spanId),
    exported: JSON.stringify({ name, attributes, events, status, links }),
  };
}

/**
 * Has this process trace from now on, whatever its parts do, and keeps the spans. To be called before the parts are
 * made, and closed with the spec, since specs share processes.
 */
export function traceInMemory(): Tracing {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  return {
    spans: () => exporter.getFinishedSpans().map(traced),
    async close() {
      await provider.shutdown();
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

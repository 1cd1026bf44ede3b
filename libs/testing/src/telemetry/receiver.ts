import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { RecordedSpan } from './recorded.ts';

/** In the order of their numbers in OTLP: 0 is not specified. */
const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
const FAILED = 2;

const valueSchema: z.ZodType<unknown> = z.lazy(() =>
  z.union([
    z.object({ stringValue: z.string() }).transform((value) => value.stringValue),
    z.object({ intValue: z.coerce.number() }).transform((value) => value.intValue),
    z.object({ doubleValue: z.number() }).transform((value) => value.doubleValue),
    z.object({ boolValue: z.boolean() }).transform((value) => value.boolValue),
    z
      .object({ arrayValue: z.object({ values: z.array(valueSchema).default([]) }) })
      .transform((value) => value.arrayValue.values),
  ]),
);
const spanSchema = z
  .looseObject({
    traceId: z.string(),
    spanId: z.string(),
    parentSpanId: z.string().optional(),
    name: z.string(),
    kind: z.number(),
    status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
    attributes: z.array(z.object({ key: z.string(), value: valueSchema })).default([]),
    links: z.array(z.object({ spanId: z.string() })).default([]),
  })
  .transform(
    (span): RecordedSpan => ({
      ...{ traceId: span.traceId, spanId: span.spanId, name: span.name },
      parentId: span.parentSpanId || undefined,
      kind: KINDS[span.kind] ?? 'internal',
      failed: span.status.code === FAILED,
      attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value])),
      links: span.links.map(({ spanId }) => spanId),
      text: JSON.stringify(span),
    }),
  );
/** What OTLP/HTTP sends as JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp. */
const exportSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});

export interface SpanReceiver {
  readonly url: string;
  /** Those that were sent so far. */
  spans(): readonly RecordedSpan[];
  close(): Promise<void>;
}

/** Takes spans from processes: `OTEL_EXPORTER_OTLP_ENDPOINT` is its `url`, `OTEL_EXPORTER_OTLP_PROTOCOL` `http/json`. */
export async function startSpanReceiver(): Promise<SpanReceiver> {
  const received: RecordedSpan[] = [];
  const server = createServer(async (request, response) => {
    const body = await json(request);
    if (request.url === '/v1/traces')
      for (const { scopeSpans } of exportSchema.parse(body).resourceSpans)
        received.push(...scopeSpans.flatMap(({ spans }) => spans));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => received,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

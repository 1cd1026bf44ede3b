import {
  type Attributes,
  type Context,
  context,
  propagation,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { errorType } from './error-type.ts';
import { HTTP_BUCKETS_S, secondsHistogram, secondsSince } from './histograms.ts';
import { httpMethod } from './http-method.ts';
import { hasTelemetry } from './on.ts';
import { startSpan } from './spans.ts';

export interface ClientCall {
  /** Carry the trace on: `traceparent` and `tracestate`, if there are any. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the call with the head of its answer, or with what prevented that; once. */
  end(how: { readonly status: number } | { readonly error: unknown }): void;
}

const UNTRACED: ClientCall = { headers: {}, end: () => {} };
const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Not the baggage, which is nobody else's. */
function headersOf(within: Context): Readonly<Record<string, string>> {
  const carrier: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(within, carrier);
  const { traceparent, tracestate } = carrier;
  return { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) };
}

/**
 * Begins a call over HTTP, which is measured until the head of its answer, and is a span if it is made within a trace.
 * Of the URL only the server is kept: paths may name what is asked for.
 */
export function startCall(method: string | undefined, url: string | URL): ClientCall {
  if (!hasTelemetry()) return UNTRACED;
  const { protocol, hostname, port } = new URL(url);
  const attributes: Attributes = {
    'http.request.method': httpMethod(method),
    'server.address': hostname,
    'server.port': Number(port) || PORTS[protocol],
  };
  const duration = secondsHistogram(
    'http.client.request.duration',
    'Requests to other services, until the head of their answer',
    HTTP_BUCKETS_S,
  );
  const startedAt = performance.now();
  const started = trace.getActiveSpan()
    ? startSpan(httpMethod(method), { kind: 'client', attributes })
    : undefined;
  let ended = false;
  return {
    headers: headersOf(started?.context ?? context.active()),
    end(how) {
      if (ended) return;
      ended = true;
      const failure =
        'error' in how ? errorType(how.error) : how.status >= 400 ? String(how.status) : undefined;
      const outcome: Attributes = {
        ...('status' in how && { 'http.response.status_code': how.status }),
        ...(failure !== undefined && { 'error.type': failure }),
      };
      duration.record(secondsSince(startedAt), { ...attributes, ...outcome }, started?.context);
      started?.span.setAttributes(outcome);
      if (failure !== undefined) started?.span.setStatus({ code: SpanStatusCode.ERROR });
      started?.span.end();
    },
  };
}

/** A fetch whose calls are measured and traced, and carry the trace on. */
export const tracedFetch =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const asked = input instanceof Request ? input : undefined;
    const call = startCall(init?.method ?? asked?.method, asked?.url ?? String(input));
    if (call === UNTRACED) return fetch(input, init);
    const headers = new Headers(init?.headers ?? asked?.headers);
    for (const [name, value] of Object.entries(call.headers)) headers.set(name, value);
    try {
      const answer = await fetch(input, { ...init, headers });
      call.end({ status: answer.status });
      return answer;
    } catch (error) {
      call.end({ error });
      throw error;
    }
  };

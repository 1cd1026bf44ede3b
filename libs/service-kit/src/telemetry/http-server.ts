import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Attributes,
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { requestIdOf } from '../http/request-id.ts';
import { contextIfKnown } from '../request-context.ts';
import { subjectAttributes } from './attributes.ts';
import { HTTP_BUCKETS_S, secondsHistogram, secondsSince } from './histograms.ts';
import { httpMethod } from './http-method.ts';
import { routeOf } from './http-route.ts';
import { hasTelemetry } from './on.ts';

type Observer = (request: IncomingMessage, response: ServerResponse, handle: () => void) => void;

/** Asked by machines every few seconds, whether the process lives: a trace of each would be noise. */
const isProbe = ({ url = '' }: IncomingMessage): boolean => /^\/health(\/|\?|$)/.test(url);

/** An answer without an end, whose request is over for us once it has begun. */
const isEventStream = (response: ServerResponse): boolean =>
  response.headersSent && String(response.getHeader('content-type')).startsWith('text/event-stream');

/** The ids that are parameters of a route. */
function idsIn(request: IncomingMessage) {
  const { params = {} } = request as IncomingMessage & { readonly params?: Readonly<Record<string, string>> };
  const idOf = (text = '') => (/^\d{1,15}$/.test(text) ? Number(text) : undefined);
  return { jobId: idOf(params.jobId ?? params.id), executionId: idOf(params.executionId) };
}

/** How a request ended: its route, its status, and the type of its error, if it is ours or the client went away. */
function outcomeOf(request: IncomingMessage, response: ServerResponse): Attributes {
  const { headersSent, statusCode, writableFinished } = response;
  const route = routeOf(request);
  const isWhole = writableFinished || isEventStream(response);
  const error = headersSent && statusCode >= 500 ? String(statusCode) : isWhole ? undefined : 'aborted';
  return {
    ...(route !== undefined && { 'http.route': route }),
    ...(headersSent && { 'http.response.status_code': statusCode }),
    ...(error !== undefined && { 'error.type': error }),
  };
}

/** Calls back once the head of an event stream is sent. */
function onEventStream(response: ServerResponse, callback: () => void): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = ((...args: unknown[]) => {
    const written = writeHead(...args);
    if (isEventStream(response)) callback();
    return written;
  }) as typeof response.writeHead;
}

/** Ends the span with what is known of the request by now. The path is left out: it may hold anything. */
function endSpan(span: Span, request: IncomingMessage, outcome: Attributes): void {
  const method = httpMethod(request.method);
  const route = outcome['http.route'];
  const { tenant } = contextIfKnown(request) ?? {};
  span.updateName(route === undefined ? method : `${method} ${route}`);
  span.setAttributes({
    ...outcome,
    ...subjectAttributes({ ...idsIn(request), tenant, requestId: requestIdOf(request) }),
  });
  if (outcome['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/**
 * Measures requests, each of which goes on the trace of its client in a span of its own, that is current while it is
 * handled. What a client sends as baggage goes no further. Without telemetry they are handled and nothing else.
 */
export function observeRequests(): Observer {
  if (!hasTelemetry()) return (_request, _response, handle) => handle();
  const duration = secondsHistogram(
    'http.server.request.duration',
    'Requests until they are answered, event streams until they begin',
    HTTP_BUCKETS_S,
  );
  const active = metrics.getMeter('inkstream').createUpDownCounter('http.server.active_requests', {
    unit: '{request}',
    description: 'Requests under way, open event streams among them',
  });
  return (request, response, handle) => {
    const attributes = { 'http.request.method': httpMethod(request.method), 'url.scheme': 'http' };
    const { traceparent, tracestate } = request.headers;
    const startedAt = performance.now();
    const client = propagation.extract(ROOT_CONTEXT, { traceparent, tracestate });
    const span = isProbe(request)
      ? undefined
      : trace
          .getTracer('inkstream')
          .startSpan(attributes['http.request.method'], { kind: SpanKind.SERVER, attributes }, client);
    const within = span ? trace.setSpan(client, span) : ROOT_CONTEXT;
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      const outcome = outcomeOf(request, response);
      duration.record(secondsSince(startedAt), { ...attributes, ...outcome }, within);
      if (span) endSpan(span, request, outcome);
    };
    active.add(1, attributes);
    onEventStream(response, end);
    response.once('close', () => {
      active.add(-1, attributes);
      end();
    });
    context.with(within, handle);
  };
}

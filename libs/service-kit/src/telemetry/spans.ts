import {
  type Attributes,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { errorType } from './error-type.ts';

export type { Span };

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

export interface SpanOf {
  /** The W3C `traceparent` of the parent; the span that is current, if none is given. */
  readonly parent?: string | undefined;
  /** `internal` if none is given. */
  readonly kind?: keyof typeof KINDS;
  /** Those whose value is undefined are left out. Never content, names of files or keys of objects. */
  readonly attributes?: Attributes;
  /** The `traceparent`s of what caused it without being its parent; what is undefined or no traceparent is left out. */
  readonly links?: readonly (string | undefined)[];
}

const contextOf = (traceparent: string): Context => propagation.extract(ROOT_CONTEXT, { traceparent });

function linkTo(traceparent: string | undefined): readonly Link[] {
  const linked = traceparent && trace.getSpanContext(contextOf(traceparent));
  return linked ? [{ context: linked }] : [];
}

/** The W3C `traceparent` of a context, undefined if it has no trace. */
export function traceparentIn(within: Context): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(within, carrier);
  return carrier.traceparent;
}

/** The current W3C `traceparent`, undefined if there is no trace. */
export const currentTraceparent = (): string | undefined => traceparentIn(context.active());

/** Says of the current span what it is about, and what it goes on from without being its child. */
export function describeSpan(attributes: Attributes, links: readonly (string | undefined)[] = []): void {
  const span = trace.getActiveSpan();
  span?.setAttributes(attributes);
  span?.addLinks(links.flatMap(linkTo));
}

/** The span that is current, undefined if there is none. */
export const currentSpan = (): Span | undefined => trace.getActiveSpan();

/**
 * Starts a span that somebody else ends.
 *
 * @returns it, and the context in which it is the current one.
 */
export function startSpan(
  name: string,
  { parent, kind = 'internal', attributes = {}, links = [] }: SpanOf = {},
): { readonly span: Span; readonly context: Context } {
  const within = parent ? contextOf(parent) : context.active();
  const options = { kind: KINDS[kind], attributes, links: links.flatMap(linkTo) };
  const span = trace.getTracer('inkstream').startSpan(name, options, within);
  return { span, context: trace.setSpan(within, span) };
}

/**
 * Marks a span as failed, by the type of the error and where it was thrown. Its message is in the log alone, since it
 * may name a file.
 */
export function failSpan(span: Span, error: unknown): void {
  const type = errorType(error);
  const stack = error instanceof Error ? error.stack?.match(/^ {4}at .*$/gm)?.join('\n') : undefined;
  span.recordException({ name: type, ...(stack ? { stack } : {}) });
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Runs the work in a span, which ends with it, and which its error marks as failed. */
export async function inSpan<T>(
  name: string,
  options: SpanOf,
  work: (span: Span) => T | Promise<T>,
): Promise<T> {
  const started = startSpan(name, options);
  try {
    return await context.with(started.context, work, undefined, started.span);
  } catch (error) {
    failSpan(started.span, error);
    throw error;
  } finally {
    started.span.end();
  }
}

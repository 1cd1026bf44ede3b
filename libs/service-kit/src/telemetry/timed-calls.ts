import { type Attributes, type Histogram, trace } from '@opentelemetry/api';
import { errorType } from './error-type.ts';
import { secondsSince } from './histograms.ts';
import { failSpan, inSpan, startSpan } from './spans.ts';

/** Within a span that has not ended: what goes on after an event stream has begun is in no trace, however long that is. */
const isTraced = (): boolean => trace.getActiveSpan()?.isRecording() ?? false;

export interface TimedCallsOptions {
  readonly duration: Histogram;
  /** The attributes of a call by its name, of the metric and of the span. */
  readonly attributesOf: (operation: string) => Attributes;
  /** What is called, by which spans are named: `append event_store`. */
  readonly target: string;
}

/**
 * Measures calls of a backend. A call gets a span only within another one: pollers and renewals of leases would each
 * begin a trace of their own.
 */
export class TimedCalls {
  readonly #options: TimedCallsOptions;

  constructor(options: TimedCallsOptions) {
    this.#options = options;
  }

  async call<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const attributes = this.#options.attributesOf(operation);
    const startedAt = performance.now();
    try {
      const result = await (isTraced()
        ? inSpan(`${operation} ${this.#options.target}`, { kind: 'client', attributes }, work)
        : work());
      this.#options.duration.record(secondsSince(startedAt), attributes);
      return result;
    } catch (error) {
      this.#options.duration.record(secondsSince(startedAt), {
        ...attributes,
        'error.type': errorType(error),
      });
      throw error;
    }
  }

  /** Measures what the backend takes to return it all, not what the reader does with it meanwhile. */
  async *read<T>(operation: string, items: AsyncIterable<T>): AsyncGenerator<T> {
    const attributes = this.#options.attributesOf(operation);
    const span = isTraced()
      ? startSpan(`${operation} ${this.#options.target}`, { kind: 'client', attributes }).span
      : undefined;
    const iterator = items[Symbol.asyncIterator]();
    let seconds = 0;
    let failure: Attributes = {};
    try {
      for (;;) {
        const askedAt = performance.now();
        const next = await iterator.next().finally(() => {
          seconds += secondsSince(askedAt);
        });
        if (next.done) return;
        yield next.value;
      }
    } catch (error) {
      failure = { 'error.type': errorType(error) };
      if (span) failSpan(span, error);
      throw error;
    } finally {
      await iterator.return?.();
      span?.end();
      this.#options.duration.record(seconds, { ...attributes, ...failure });
    }
  }
}

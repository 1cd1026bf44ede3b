import type { PauseCause } from '@inkstream/contracts';
import type { ExecutionErrorCode } from '@inkstream/domain';
import type { z } from 'zod';
import { allowsNothing, rateHeadersOf } from '../limits/rate-headers.ts';
import { ProviderError } from '../provider-error.ts';
import type { Secret } from './api-key.ts';
import { connectionFault } from './connection-fault.ts';
import { retryAfterMs } from './retry-after.ts';
import { statusFault } from './status-fault.ts';
import { vendorFetch } from './vendor-fetch.ts';

/** An answer that is an error. `body` is JSON, or its text. */
export interface VendorAnswer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** What a vendor says beyond its status. What is left out follows from status and headers. */
export interface VendorSays {
  /** In words that a client may read. */
  readonly said?: string | null | undefined;
  /** What it means, if the status does not say it: `credit_exhausted` of a 429. */
  readonly code?: ExecutionErrorCode | undefined;
  readonly retryAfterMs?: number | undefined;
  /** What a person has to mend, if it is not what the code says: `model_gone`. */
  readonly pause?: PauseCause | undefined;
}

export interface VendorErrorsOptions<Body> {
  /** The vendor's name as clients read it: `OpenAI`. */
  readonly vendor: string;
  /** The vendor's errors, as its documentation describes them. */
  readonly body: z.ZodType<Body>;
  /** What such an error says. It is not asked if the body is no such error: a proxy answers in HTML. */
  readonly handle: (answer: VendorAnswer<Body>) => VendorSays;
  /** The answer within an error of the vendor's SDK; null if it is another kind of error. */
  readonly answerOf?: (error: unknown) => VendorAnswer | null;
  readonly model?: string | undefined;
  /** The key that no message may show. */
  readonly key?: Secret | undefined;
  /** What its `fetch` calls: one that learns the vendor's limits, say. Default: `vendorFetch`. */
  readonly fetch?: typeof fetch;
}

export interface VendorErrors {
  /** The fault of an answer that is an error. */
  of(answer: VendorAnswer): ProviderError;
  /**
   * Calls the vendor.
   *
   * @throws ProviderError for its errors and those of the connection, and `invalid_result` for an answer that is no JSON;
   * the signal's reason once that aborts; whatever else the call throws as it is.
   */
  call<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T>;
  /** A fetch for an SDK that loses parts of an answer that is an error: it throws the fault, and `call` finds it. */
  readonly fetch: typeof fetch;
}

/** Longest that a vendor is quoted, characters. */
const MOST_SAID = 300;

/** The errors of one vendor: its error as a schema, and one handler that says what it means. */
export function createVendorErrors<Body>(options: VendorErrorsOptions<Body>): VendorErrors {
  const { vendor, body: schema, handle, answerOf = () => null, model, key, fetch = vendorFetch } = options;
  const quotable = (said: string) => (key?.hiddenIn(said) ?? said).slice(0, MOST_SAID).toWellFormed();
  const of: VendorErrors['of'] = (answer) => {
    const { status, headers } = answer;
    const parsed = schema.safeParse(jsonOf(answer.body));
    const says = parsed.success ? handle({ status, headers, body: parsed.data }) : {};
    const said = says.said ? quotable(says.said) : undefined;
    const wait = says.retryAfterMs ?? retryAfterMs(headers);
    const fault = { vendor, status, said, model, retryAfterMs: wait, pause: says.pause };
    if (status === 429 && allowsNothing(rateHeadersOf(headers)))
      return statusFault({ ...fault, pause: 'no_allowance' }, 'credit_exhausted');
    return statusFault(fault, says.code);
  };
  const byAnswer = (error: unknown) => {
    const answer = answerOf(error);
    return answer && of(answer);
  };
  const noJson = (cause: unknown) => {
    if (!(cause instanceof SyntaxError)) return null;
    return new ProviderError('invalid_result', `${vendor} answered what is no JSON`, undefined, { cause });
  };
  return {
    of,
    async call(signal, call) {
      try {
        return await call();
      } catch (error) {
        signal.throwIfAborted();
        throw faultIn(error) ?? byAnswer(error) ?? connectionFault(error, vendor) ?? noJson(error) ?? error;
      }
    },
    async fetch(input, init) {
      const answer = await fetch(input, init);
      const { ok, status, headers } = answer;
      if (!ok) throw of({ status, headers, body: await answer.text() });
      return answer;
    },
  };
}

/** The fault that an SDK has wrapped in an error of its own. */
function faultIn(error: unknown): ProviderError | null {
  const causes = [error, Object(error).cause, Object(Object(error).cause).cause];
  return causes.find((cause) => cause instanceof ProviderError) ?? null;
}

function jsonOf(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

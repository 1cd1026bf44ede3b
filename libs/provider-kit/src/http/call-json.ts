import type { z } from 'zod';
import { type Charge, ProviderError } from '../provider-error.ts';
import type { VendorErrors } from './vendor-errors.ts';
import { vendorFetch } from './vendor-fetch.ts';

export interface JsonCall<Body> {
  /** The vendor's name as clients read it. */
  readonly vendor: string;
  readonly errors: VendorErrors;
  /** What an answer looks like that is no error. */
  readonly schema: z.ZodType<Body>;
  readonly signal: AbortSignal;
  /** Statuses of answers that are no errors, beside those of success: a 404 that says that a job is not known. */
  readonly answers?: readonly number[];
  /** What the call costs once it is answered, readable or not. */
  readonly spent?: Charge;
  /** How its text becomes JSON; lines of JSON, say. */
  readonly parse?: (text: string) => unknown;
}

/**
 * Calls an API that answers in JSON and has no SDK.
 *
 * @throws ProviderError for errors of the vendor and of the connection, and `invalid_result` for an answer that is no
 * JSON or not of that schema; the signal's reason.
 */
export function callJson<Body>(
  url: string | URL,
  init: Omit<RequestInit, 'signal'>,
  { vendor, errors, schema, signal, answers = [], spent, parse = JSON.parse }: JsonCall<Body>,
): Promise<Body> {
  return errors.call(signal, async () => {
    const response = await vendorFetch(url, { ...init, signal });
    const text = await response.text();
    const { status, headers, ok } = response;
    if (!ok && !answers.includes(status)) throw errors.of({ status, headers, body: text });
    const body = schema.safeParse(parsed(text, parse));
    if (!body.success)
      throw new ProviderError('invalid_result', `${vendor} answered what nobody can read`, undefined, {
        spent,
        cause: body.error,
      });
    return body.data;
  });
}

function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

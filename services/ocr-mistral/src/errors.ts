import {
  allowsNothing,
  createVendorErrors,
  type RateHeaders,
  type Secret,
  type VendorAnswer,
  type VendorErrors,
} from '@inkstream/provider-kit';
import { MistralError } from '@mistralai/mistralai/models/errors';
import { z } from 'zod';

/** What a validation of the request says. Its `input`, the whole document, is passed over. */
const detail = z.union([z.string(), z.array(z.object({ msg: z.string() }))]);

/** An error of the API, and one of its door (401) or of the validation of requests (422). */
const errorBody = z.union([
  z.object({
    message: z.union([z.string(), z.object({ detail })]),
    type: z.string().nullish(),
  }),
  z.object({ detail }),
]);
type ErrorBody = z.infer<typeof errorBody>;

/** The errors of Mistral. */
export const mistralErrors = (model: string, key?: Secret): VendorErrors =>
  createVendorErrors({
    vendor: 'Mistral',
    model,
    key,
    body: errorBody,
    handle: (answer) => {
      const gone = isGone(answer.body) && ({ code: 'provider_unavailable', pause: 'model_gone' } as const);
      return { said: saidBy(answer.body), code: codeOf(answer), ...gone };
    },
  });

function saidBy(body: ErrorBody): string {
  const said = 'message' in body ? body.message : body.detail;
  if (typeof said === 'string') return said;
  const details = 'detail' in said ? said.detail : said;
  if (typeof details === 'string') return details;
  // What follows quotes the document.
  return details.map(({ msg }) => msg.replace(/Received:.*/s, '').trim()).join('; ');
}

/** Whether it is about the model: a 400, where others have a 404. */
const isGone = (body: ErrorBody): boolean => 'type' in body && body.type === 'invalid_model';

function codeOf({ status, headers, body }: VendorAnswer<ErrorBody>) {
  if (status === 401 || status === 402 || status === 429)
    return allowsNothing(rateHeadersOf(headers)) || /subscription|usage limit/i.test(saidBy(body))
      ? 'credit_exhausted'
      : undefined;
  switch ('type' in body ? body.type : undefined) {
    case 'document_parser_too_many_pages':
      return 'document_too_large';
    case 'document_parser_invalid_file':
      return 'corrupt_document';
    default:
      return undefined;
  }
}

/** How the limits of a minute stand, as each answer says. */
export function rateHeadersOf(headers: Headers): RateHeaders {
  const windowOf = (of: string) => {
    const read = (what: string) => {
      const value = headers.get(`x-ratelimit-${what}-${of}`);
      return value === null ? undefined : Number(value);
    };
    return { limit: read('limit'), remaining: read('remaining') };
  };
  return { requests: windowOf('req-minute'), tokens: windowOf('tokens-minute') };
}

/** Whether the SDK could not read a good answer: it has not the shape, or not the type, that the SDK knows. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof MistralError && error.statusCode < 300;

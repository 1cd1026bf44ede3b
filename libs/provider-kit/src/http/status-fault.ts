import type { PauseCause } from '@inkstream/contracts';
import type { ExecutionErrorCode } from '@inkstream/domain';
import { ProviderError } from '../provider-error.ts';

/** An error as a vendor answered it. */
export interface StatusFault {
  /** Its name as clients read it: `OpenAI`. */
  readonly vendor: string;
  readonly status: number;
  /** What its body says, without secrets. */
  readonly said?: string | undefined;
  /** The model that was asked for. */
  readonly model?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly pause?: PauseCause | undefined;
}

/**
 * What an HTTP status means for a document. What a vendor means by a status beyond this, its own error code says:
 * {@link createVendorErrors} reads that first.
 *
 * | status | code | why |
 * |---|---|---|
 * | 400, 422, other 4xx | `provider_rejected` | The request is wrong, and stays so: permanent. A vendor whose 400 is about the document says it better: `corrupt_document`, `content_refused` |
 * | 401, 403 | `credentials_rejected` | Key or rights are wrong, for all documents: they wait until it is mended |
 * | 402 | `credit_exhausted` | Nothing is left to pay with: documents wait. Some vendors say it with 429 or 403 |
 * | 404, 410 | `provider_unavailable` | The model is gone or the base URL wrong, for all documents: the provider pauses until the operator chooses another |
 * | 408, 409, 425 | `provider_unavailable` | The vendor asks to try again |
 * | 413 | `document_too_large` | Permanent; `limits` and `picture` of the definition should have kept it from this |
 * | 415 | `unsupported_document` | Permanent; `accepts` and `picture` should have kept it from this |
 * | 429 | `rate_limited` | Documents wait as long as Retry-After says. If it means no credit, or no allowance at all: `credit_exhausted` |
 * | 407, 5xx, what is left | `provider_unavailable` | The vendor, or a proxy before it, is down or busy |
 */
export function codeOfStatus(status: number): ExecutionErrorCode {
  switch (status) {
    case 401:
    case 403:
      return 'credentials_rejected';
    case 402:
      return 'credit_exhausted';
    case 404:
    case 407:
    case 408:
    case 409:
    case 410:
    case 425:
      return 'provider_unavailable';
    case 413:
      return 'document_too_large';
    case 415:
      return 'unsupported_document';
    case 429:
      return 'rate_limited';
    default:
      return status >= 400 && status < 500 ? 'provider_rejected' : 'provider_unavailable';
  }
}

/** What a client may read of it. Of a refused key nothing is quoted: vendors repeat parts of it. */
function wordsOf({ vendor, status, said, model, pause }: StatusFault, code: ExecutionErrorCode): string {
  const quoted = said ? `: ${said}` : ` (HTTP ${status})`;
  switch (code) {
    case 'credentials_rejected':
      return `${vendor} refused the key (HTTP ${status})`;
    case 'credit_exhausted':
      return `The account at ${vendor} has no credit or allowance left`;
    case 'rate_limited':
      return `${vendor} limits the rate of requests${quoted}`;
    case 'document_too_large':
      return `The page is too large for ${vendor}${quoted}`;
    case 'unsupported_document':
      return `${vendor} does not read this kind of document${quoted}`;
    case 'corrupt_document':
      return `${vendor} cannot open the page${quoted}`;
    case 'content_refused':
      return `${vendor} refused the content of the page${quoted}`;
    case 'provider_unavailable':
      if (status === 404 || status === 410 || pause === 'model_gone')
        return `${vendor} does not have what is asked for${model ? `: the model ${model}` : quoted}`;
      return `${vendor} is not available${quoted}`;
    default:
      return `${vendor} refused the request${quoted}`;
  }
}

/** The fault of a status, or of the better `code` that the vendor's own words give. */
export function statusFault(fault: StatusFault, code = codeOfStatus(fault.status)): ProviderError {
  const { status, model, retryAfterMs, pause } = fault;
  const isGone = (status === 404 || status === 410) && code === 'provider_unavailable' && model !== undefined;
  const cause = pause ?? (isGone ? 'model_gone' : undefined);
  return new ProviderError(code, wordsOf({ ...fault, pause: cause }, code), retryAfterMs, { pause: cause });
}

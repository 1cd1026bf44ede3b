/** Every code of why an attempt failed. A new one does not compile until the functions below decide on it. */
export const EXECUTION_ERROR_CODES = [
  'corrupt_document',
  'encrypted_document',
  'unsupported_document',
  'document_too_large',
  'content_refused',
  'provider_rejected',
  'invalid_result',
  'document_missing',
  'rate_limited',
  'provider_unavailable',
  'credentials_rejected',
  'credit_exhausted',
  'timeout',
  'worker_lost',
  'deadline_exceeded',
  'internal_error',
] as const;
export type ExecutionErrorCode = (typeof EXECUTION_ERROR_CODES)[number];

/** What went wrong with an attempt, in words that a client may read. */
export type ExecutionFault = { readonly code: ExecutionErrorCode; readonly message: string };

/** Whether the same attempt may succeed later; a permanent error fails the execution at once. */
export function isTransient(code: ExecutionErrorCode): boolean {
  switch (code) {
    case 'rate_limited':
    case 'provider_unavailable':
    case 'credentials_rejected':
    case 'credit_exhausted':
    case 'timeout':
    case 'worker_lost':
    case 'internal_error':
      return true;
    case 'corrupt_document':
    case 'encrypted_document':
    case 'unsupported_document':
    case 'document_too_large':
    case 'content_refused':
    case 'provider_rejected':
    case 'invalid_result':
    case 'document_missing':
    case 'deadline_exceeded':
      return false;
    default:
      return code satisfies never;
  }
}

/** Whether the fault is the document's, so that no other provider could read it either. */
export function isOfDocument(code: ExecutionErrorCode): boolean {
  switch (code) {
    case 'corrupt_document':
    case 'encrypted_document':
    case 'document_missing':
    case 'deadline_exceeded':
      return true;
    case 'unsupported_document':
    case 'document_too_large':
    case 'content_refused':
    case 'provider_rejected':
    case 'invalid_result':
    case 'rate_limited':
    case 'provider_unavailable':
    case 'credentials_rejected':
    case 'credit_exhausted':
    case 'timeout':
    case 'worker_lost':
    case 'internal_error':
      return false;
    default:
      return code satisfies never;
  }
}

/**
 * Whether the fault is the provider's as a whole rather than this document's: it counts no attempt, and the document
 * waits until the provider is back.
 */
export function isProviderWide(code: ExecutionErrorCode): boolean {
  switch (code) {
    case 'rate_limited':
    case 'provider_unavailable':
    case 'credentials_rejected':
    case 'credit_exhausted':
      return true;
    case 'timeout':
    case 'worker_lost':
    case 'deadline_exceeded':
    case 'internal_error':
    case 'corrupt_document':
    case 'encrypted_document':
    case 'unsupported_document':
    case 'document_too_large':
    case 'content_refused':
    case 'provider_rejected':
    case 'invalid_result':
    case 'document_missing':
      return false;
    default:
      return code satisfies never;
  }
}

import { executionFaultSchema } from '@inkstream/contracts';
import type { ExecutionErrorCode, ExecutionFault } from '@inkstream/domain';

/** Why a document could not be read. The client sees the message. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ExecutionErrorCode;
  /** What the provider asks for before the next attempt, ms. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ExecutionErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A fault, and how long the provider wants to be left alone. */
export type AttemptFault = ExecutionFault & { readonly retryAfterMs?: number };

const MAX_MESSAGE_LENGTH = 500;

/**
 * Any error of an engine as a fault: one with an `ExecutionErrorCode` as its `code` speaks for itself, every other
 * is an `internal_error`, whose words stay in the log.
 */
export function toFault(error: unknown): AttemptFault {
  const parsed = executionFaultSchema.safeParse(error);
  if (!parsed.success) return { code: 'internal_error', message: 'The engine failed on this document' };
  const { code, message } = parsed.data;
  const retryAfterMs = error instanceof ProviderError ? error.retryAfterMs : undefined;
  return {
    code,
    message: message.slice(0, MAX_MESSAGE_LENGTH),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

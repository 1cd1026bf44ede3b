import { executionFaultSchema, type PauseCause } from '@inkstream/contracts';
import type { ExecutionErrorCode, ExecutionFault, Spent } from '@inkstream/domain';

/** What a call used and cost, as far as its vendor says. */
export type Charge = { readonly [What in keyof Spent]?: Spent[What] | undefined } & {
  /** The model that did it, as the vendor names it. */
  readonly model?: string | null | undefined;
};

export interface ProviderErrorDetails {
  /** What the call cost that failed: it is paid for all the same. */
  readonly spent?: Charge | undefined;
  /** What a person has to mend before any call can succeed: the provider pauses at once, and says so. */
  readonly pause?: PauseCause | undefined;
  /** For the log. */
  readonly cause?: unknown;
}

/** Why a document could not be read. The client sees the message. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ExecutionErrorCode;
  /** What the provider asks for before the next attempt, ms. */
  readonly retryAfterMs: number | undefined;
  readonly spent: Charge | undefined;
  readonly pause: PauseCause | undefined;

  constructor(
    code: ExecutionErrorCode,
    message: string,
    retryAfterMs?: number,
    { spent, pause, cause }: ProviderErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.spent = spent;
    this.pause = pause;
  }
}

/** A fault, how long the provider wants to be left alone, and what a person has to mend. */
export type AttemptFault = ExecutionFault & {
  readonly retryAfterMs?: number;
  readonly pause?: PauseCause;
};

const MAX_MESSAGE_LENGTH = 500;

/**
 * Any error of an engine as a fault: one with an `ExecutionErrorCode` as its `code` speaks for itself, every other
 * is an `internal_error`, whose words stay in the log.
 */
export function toFault(error: unknown): AttemptFault {
  const parsed = executionFaultSchema.safeParse(error);
  if (!parsed.success) return { code: 'internal_error', message: 'The engine failed on this document' };
  const { code, message } = parsed.data;
  const { retryAfterMs, pause }: ProviderErrorDetails & { readonly retryAfterMs?: number | undefined } =
    error instanceof ProviderError ? error : {};
  return {
    code,
    message: message.slice(0, MAX_MESSAGE_LENGTH),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(pause && { pause }),
  };
}

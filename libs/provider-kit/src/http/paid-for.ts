import { type Charge, ProviderError } from '../provider-error.ts';

/**
 * Reads an answer that was charged for. What is wrong with it then says so.
 *
 * @throws ProviderError with what was `spent`; whatever else the reading throws as it is.
 */
export function paidFor<T>(spent: Charge, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { code, message, retryAfterMs, pause, cause } = error;
    throw new ProviderError(code, message, retryAfterMs, { spent, pause, cause });
  }
}

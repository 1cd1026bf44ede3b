import { EventStoreUnavailableError } from '../errors.ts';

/**
 * Waits for an answer of the server with a timeout, since the client itself may wait without limit. A later answer is
 * ignored.
 *
 * @throws EventStoreUnavailableError if it takes longer.
 * @throws the signal's reason if it aborts.
 */
export async function withTimeout<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  answer: () => Promise<T>,
  onTimeout = () => {},
): Promise<T> {
  signal?.throwIfAborted();
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new EventStoreUnavailableError('EventStoreDB does not answer'));
    onTimeout();
  }, limitMs);
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([answer(), givenUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

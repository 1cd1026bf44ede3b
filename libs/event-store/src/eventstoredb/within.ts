import { EventStoreUnavailableError } from '../errors.ts';

/**
 * Waits for an answer of the server, so long at most, since the client itself may wait for ever. What comes later is
 * ignored.
 *
 * @throws EventStoreUnavailableError where it takes longer.
 * @throws the signal's reason where it aborts.
 */
export async function within<T>(
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

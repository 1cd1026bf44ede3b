import type { SubscriptionStep } from '@inkstream/event-store';
import type { Logger } from '@inkstream/service-kit';
import { type Batch, OpenBatch } from './open-batch.ts';

/**
 * Gathers the steps of a subscription into batches, and goes on gathering while the caller publishes one, so that
 * neither waits for the other. A batch is yielded once there is nothing more to read, so that no event waits for
 * others, or once it is full; one that nobody asks for yet grows until it is.
 *
 * The subscription is ended with the iteration.
 *
 * @throws LaterReleaseError at an event that a later release wrote, and what the subscription throws; all that came
 * before has been yielded by then.
 */
export async function* batches(
  subscribe: (signal: AbortSignal) => AsyncIterable<SubscriptionStep>,
  log: Pick<Logger, 'error'>,
  signal: AbortSignal,
  open = new OpenBatch(log),
): AsyncGenerator<Batch> {
  const stopping = new AbortController();
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  let outcome: { readonly failure?: unknown } | undefined;

  async function read(): Promise<void> {
    for await (const step of subscribe(AbortSignal.any([signal, stopping.signal]))) {
      open.add(step);
      if (open.ready) change();
      while (open.full && !stopping.signal.aborted) await changed.promise;
      if (stopping.signal.aborted) return;
    }
  }
  const end = (how: { readonly failure?: unknown }) => {
    outcome = how;
    change();
  };
  const reading = read().then(
    () => end({}),
    (failure) => end({ failure }),
  );

  try {
    for (;;) {
      while (!open.ready && !outcome) await changed.promise;
      const batch = open.ready || !open.empty ? open.take() : undefined;
      change();
      if (batch) yield batch;
      else if (outcome) break;
    }
    if (outcome.failure !== undefined) throw outcome.failure;
  } finally {
    stopping.abort();
    change();
    await reading;
  }
}

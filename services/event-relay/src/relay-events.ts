import { setTimeout } from 'node:timers/promises';
import { DOMAIN_STREAM_PREFIX, LaterReleaseError } from '@inkstream/domain';
import { type EventStore, PositionBeyondEndError } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { Logger } from '@inkstream/service-kit';
import { batches } from './batches.ts';
import { RelayLag } from './lag.ts';
import { OpenBatch } from './open-batch.ts';
import { createProgress } from './progress.ts';
import { createPublisher } from './publisher.ts';

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;

export interface RelayEventsDeps {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly log: Logger;
  /** The name that its checkpoint is kept under. */
  readonly name: string;
  /** Whether this relay may publish at this moment. Asked before each batch, for a signal comes late after a stall. */
  readonly mayPublish: () => boolean;
  /** After so many ms without success another relay has its turn. */
  readonly giveUpAfterMs: number;
  /** Told of the event of a later release that it waits at, and of undefined once it goes on. */
  /** Told of what is read and published. */
  readonly lag?: RelayLag;
  readonly onLaterRelease?: (error: LaterReleaseError | undefined) => void;
}

/**
 * Publishes from the checkpoint on until the signal aborts: then it finishes the batch in hand, and saves the
 * checkpoint if it still may. Faults are waited out, up to `giveUpAfterMs`.
 */
export async function relayEvents(
  {
    eventStore,
    bus,
    log,
    name,
    mayPublish,
    giveUpAfterMs,
    lag = new RelayLag(),
    onLaterRelease,
  }: RelayEventsDeps,
  signal: AbortSignal,
): Promise<void> {
  const progress = createProgress({ store: eventStore, bus, log, name, maySave: mayPublish });
  let failures = 0;
  let succeededAt = performance.now();

  async function publishBatches(): Promise<void> {
    const after = await progress.load();
    const publish = createPublisher(bus);
    const subscribe = (until: AbortSignal) =>
      eventStore.subscribe({ streamPrefix: DOMAIN_STREAM_PREFIX, after, signal: until });
    const open = new OpenBatch(log);
    lag.begin(open);
    for await (const batch of batches(subscribe, log, signal, open)) {
      lag.publishes(batch);
      if (signal.aborted) return;
      if (!mayPublish()) throw new Error('It is no longer the turn of this relay');
      await publish(batch.messages).catch((error) => {
        batch.end(error);
        throw error;
      });
      batch.end();
      await progress.advance(batch);
      lag.published();
      onLaterRelease?.(undefined);
      failures = 0;
      succeededAt = performance.now();
    }
    if (!signal.aborted) throw new Error('The subscription to the event store ended');
  }

  while (!signal.aborted) {
    try {
      await publishBatches();
    } catch (err) {
      lag.interrupt();
      // An older backup was restored, whose checkpoint is older too.
      if (err instanceof PositionBeyondEndError) progress.forget();
      if (err instanceof LaterReleaseError) onLaterRelease?.(err);
      const retryInMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++);
      const handsOver = performance.now() + retryInMs - succeededAt > giveUpAfterMs;
      log.error({ err, name, ...(handsOver ? { handsOver } : { retryInMs }) }, 'The relay is interrupted');
      if (handsOver) break;
      await setTimeout(retryInMs, undefined, { signal }).catch(() => {});
    }
  }
  await progress.save().catch((err) => log.warn({ err, name }, 'The last checkpoint could not be saved'));
}

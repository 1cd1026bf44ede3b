import { setTimeout } from 'node:timers/promises';
import { JOB_STREAM_PREFIX } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { Logger } from '@inkstream/service-kit';
import { batches } from './batches.ts';
import { createProgress } from './progress.ts';
import { createPublisher } from './publisher.ts';

const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 5_000;

export interface EventRelayDeps {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly log: Logger;
  /** The name that its checkpoint is kept under (default `event-relay`). */
  readonly name?: string;
}

export interface EventRelay {
  /** Finishes the batch in hand, saves the checkpoint and ends. The engines stay open. */
  close(): Promise<void>;
}

/**
 * Publishes every committed event of a job to the bus, at least once and in the order of the log: all of them to the
 * feed of job events, and each ExecutionRequested to the topic of its provider too.
 *
 * Faults of the store or the bus are waited out, however long they last: it goes on after the last position that it
 * published. An event that a later release wrote stops it the same way, until it is upgraded. It assumes that it is
 * the only relay of its name that runs.
 */
export async function createEventRelay({
  eventStore,
  bus,
  log,
  name = 'event-relay',
}: EventRelayDeps): Promise<EventRelay> {
  const closing = new AbortController();
  const { signal } = closing;
  const progress = createProgress(eventStore, name);
  let failures = 0;

  async function relay(): Promise<void> {
    const after = await progress.load();
    const publish = createPublisher(bus);
    const steps = eventStore.subscribe({ streamPrefix: JOB_STREAM_PREFIX, after, signal });
    for await (const { position, events, messages } of batches(steps, log)) {
      await publish(messages);
      await progress.advance(position, events);
      failures = 0;
    }
    if (!signal.aborted) throw new Error('The subscription to the event store ended');
  }

  async function relayUntilClosed(): Promise<void> {
    while (!signal.aborted) {
      await relay().catch(async (err) => {
        const backoff = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++);
        log.error({ err, name, retryInMs: backoff }, 'The relay is interrupted and tries again');
        await setTimeout(backoff, undefined, { signal }).catch(() => {});
      });
    }
    await progress.save().catch((err) => log.warn({ err, name }, 'The last checkpoint could not be saved'));
  }

  const ended = relayUntilClosed();
  return {
    close() {
      closing.abort();
      return ended;
    },
  };
}

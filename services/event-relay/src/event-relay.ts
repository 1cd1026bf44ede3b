import { type EventStore, type Lease, whileHeld } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { Logger } from '@inkstream/service-kit';
import { observeLag, RelayLag } from './lag.ts';
import { relayEvents } from './relay-events.ts';

export interface EventRelayDeps {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly log: Logger;
  /** The name that its checkpoint is kept under (default `event-relay`). */
  readonly name?: string;
  /**
   * What several relays of one name share, so that one publishes and the others stand by. Without it this relay is
   * alone: whoever composes it knows so, by a lock on the data folder, for example.
   */
  readonly lease?: Lease;
  readonly now?: () => Date;
}

export interface EventRelay {
  /** Whether it is this relay's turn to publish. */
  role(): 'active' | 'standby';
  /** Which event of a later release it waits at, in words; undefined if at none. */
  laterRelease(): string | undefined;
  /** Finishes the batch in hand, saves the checkpoint, releases the lease and ends. The backends stay open. */
  close(): Promise<void>;
}

/**
 * Publishes every committed event of jobs and executions to the bus, at least once and in the order of the log: all of
 * them to the feed of job events, each ExecutionRequested and ExecutionHandedOver to the topic of the provider that it asks
 * too, that of its priority, and each deletion to that of deletions.
 *
 * Faults of the store or the bus are waited out, however long they last: it goes on after the last position that it
 * published. An event that a later release wrote stops it the same way, until it is upgraded. With a lease, a relay
 * that gets nowhere for as long as the lease lives hands it to another, which may do better.
 *
 * The lease fences what begins, not what is under way: a publish that was sent before the lease ran out may arrive
 * after another relay went on from the checkpoint. Then consumers see events again, older ones after newer ones. The
 * first time that an event is seen it is still in order, since a relay begins no batch before the last one is
 * acknowledged. Repeats harm nobody: the projection writes over the revision that precedes an event and ignores what it
 * has, a provider asks the streams whether there is work, deletions can be done twice. A checkpoint that arrives this
 * late moves the start of the next relay back, never forward past what was not published.
 */
export async function createEventRelay({
  eventStore,
  bus,
  log,
  name = 'event-relay',
  lease,
  now = () => new Date(),
}: EventRelayDeps): Promise<EventRelay> {
  const closing = new AbortController();
  const { signal } = closing;
  const mayPublish = () => lease === undefined || lease.remainingMs() > 0;
  const giveUpAfterMs = lease?.ttlMs ?? Number.POSITIVE_INFINITY;
  const lag = new RelayLag();
  const observed = observeLag(lag, mayPublish, now);
  let waitsAt: string | undefined;
  const onLaterRelease = (error: Error | undefined) => {
    waitsAt = error?.message;
  };
  const relay = (until: AbortSignal) =>
    relayEvents({ eventStore, bus, log, name, mayPublish, giveUpAfterMs, lag, onLaterRelease }, until);
  const ended = lease ? whileHeld(lease, relay, { signal, log }) : relay(signal);
  return {
    role: () => (mayPublish() ? 'active' : 'standby'),
    laterRelease: () => (mayPublish() ? waitsAt : undefined),
    close() {
      closing.abort();
      observed.close();
      return ended;
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, type Lease, type Scavenger, whileHeld } from '@inkstream/event-store';
import { isTransientFault, type Logger, observe } from '@inkstream/service-kit';
import type { HousekeeperConfig } from './config.ts';
import { createScavenging } from './scavenging.ts';

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 600_000;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 3_600_000;

export interface HousekeeperDeps {
  readonly eventStore: EventStore;
  readonly scavenger: Scavenger;
  readonly log: Logger;
  readonly config: HousekeeperConfig;
  /**
   * What several housekeepers share, so that one works and the others stand by. Without it this one is alone: whoever
   * composes it knows so, by a lock on the data folder for one.
   */
  readonly lease?: Lease;
  readonly now?: () => Date;
}

export interface Housekeeper {
  /** What an operator wants to know: whose turn it is, when the log was last scavenged here, why it could not be. */
  details(): Readonly<Record<string, string>>;
  /** Ends what it does, releases the lease and ends. The engines stay open. */
  close(): Promise<void>;
}

/**
 * Does what time alone makes due. Today that is one duty: the event log is scavenged after deletions. Faults are
 * logged and retried with backoff, from a second to an hour, for as long as they last.
 */
export function createHousekeeper({
  eventStore,
  scavenger,
  log,
  config,
  lease,
  now = () => new Date(),
}: HousekeeperDeps): Housekeeper {
  const closing = new AbortController();
  const { signal } = closing;
  const mayAct = () => lease === undefined || lease.remainingMs() > 0;
  const scavenging = createScavenging({ eventStore, scavenger, log, config, now, mayAct });
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, config.SCAVENGE_DELAY_MS / 10));
  let fault: string | undefined;
  /** Looks in a row that failed. */
  let failures = 0;

  const observed = [
    observe(
      'inkstream.scavenge.last',
      { unit: 's', description: 'When the event log was last scavenged, in seconds since 1970' },
      () => {
        const at = scavenging.lastEndedAt();
        return at && at.getTime() / 1_000;
      },
    ),
    observe('inkstream.scavenge.failures', { unit: '{look}', description: 'Failed looks in a row' }, () =>
      mayAct() ? failures : undefined,
    ),
  ];

  async function work(until: AbortSignal): Promise<void> {
    for (failures = 0; !until.aborted; ) {
      const look = await scavenging.look(until).catch((error) => {
        if (until.aborted) return undefined;
        throw error;
      });
      if (look === undefined) return;
      const failed = look.outcome === 'failed';
      fault = failed ? sentenceOf(look.error) : undefined;
      failures = failed ? failures + 1 : 0;
      const waitMs = failed ? Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1)) : pauseMs;
      await sleep(waitMs, undefined, { signal: until }).catch(() => {});
    }
  }

  const ended = lease ? whileHeld(lease, work, { signal, log }) : work(signal);
  return {
    details: () => ({
      role: mayAct() ? 'active' : 'standby',
      lastScavenge: scavenging.lastEndedAt()?.toISOString() ?? 'none since the start',
      ...(fault === undefined ? {} : { scavengeFault: fault }),
    }),
    close() {
      closing.abort();
      for (const one of observed) one.close();
      return ended;
    },
  };
}

/** Errors of the store say what happened without a secret; of others only the name is told. */
const sentenceOf = (error: unknown): string =>
  error instanceof Error && (isTransientFault(error) || error.name === 'EventStoreRefusedError')
    ? error.message
    : 'see the log';

import { type EventStore, type Lease, type Scavenger, storeTime, whileHeld } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { ReadModel } from '@inkstream/read-model';
import { type Logger, observe } from '@inkstream/service-kit';
import { observeBacklog } from './backlog-metrics.ts';
import type { HousekeeperConfig } from './config.ts';
import { endOverdue } from './deadlines.ts';
import { type Duty, type DutyState, runDuty } from './duty.ts';
import { forgetExpiredKeys, forgetExpiredResults } from './expiry.ts';
import { sweepOrphans } from './orphan-sweep.ts';
import { sweepPasswords } from './password-sweep.ts';
import { createScavenging } from './scavenging.ts';

const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 600_000;
/** A tenth of the time that is waited for, so that nothing is later than that. */
const pauseFor = (ms: number): number => Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, ms / 10));

export interface HousekeeperDeps {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly readModel: Pick<ReadModel, 'unfinishedExecutions'>;
  readonly scavenger: Scavenger;
  readonly log: Logger;
  readonly config: HousekeeperConfig;
  /**
   * What several housekeepers share, so that one works and the others stand by. Without it this one is alone: whoever
   * composes it knows so, by a lock on the data folder, for example.
   */
  readonly lease?: Lease;
  /** What time it is, by default in the event store: a process does not go by its own clock. */
  readonly now?: () => Promise<Date>;
}

export interface Housekeeper {
  /** What an operator wants to know: whose turn it is, when the log was last scavenged here, what could not be done. */
  details(): Readonly<Record<string, string>>;
  /** Ends what it does, releases the lease and ends. The backends stay open. */
  close(): Promise<void>;
}

/**
 * Does what becomes due by time alone: ends executions at their deadline, removes what uploads left behind, forgets
 * idempotency keys and entries of results that expired, scavenges the event log after deletions. Each duty goes its own pace; faults are
 * logged and retried with backoff for as long as they last, and hold up no other duty.
 */
export function createHousekeeper(deps: HousekeeperDeps): Housekeeper {
  const { eventStore, objects, readModel, scavenger, log, config, lease } = deps;
  const { now = () => storeTime(eventStore) } = deps;
  const closing = new AbortController();
  const { signal } = closing;
  const mayAct = () => lease === undefined || lease.remainingMs() > 0;
  const scavenging = createScavenging({ eventStore, objects, scavenger, log, config, now, mayAct });

  const counted = (done: string, work: (at: Date, until: AbortSignal) => Promise<number>) => {
    return async (until: AbortSignal) => {
      const count = await work(await now(), until);
      if (count > 0) log.info({ count }, done);
    };
  };
  const { EXECUTION_DEADLINE: deadlineMs, IDEMPOTENCY_KEY_TTL: ttlMs, ORPHAN_AGE_MS: orphanAgeMs } = config;
  const duties: readonly Duty[] = [
    {
      name: 'scavenge',
      pauseMs: pauseFor(config.SCAVENGE_DELAY_MS),
      async look(until) {
        const look = await scavenging.look(until);
        if (look.outcome === 'failed') throw look.error;
      },
    },
    {
      name: 'deadline',
      pauseMs: pauseFor(deadlineMs),
      look: counted('Executions are ended at their deadline', (at, until) =>
        endOverdue({ eventStore, objects, readModel, deadlineMs, mayAct }, at, until),
      ),
    },
    {
      name: 'sweep',
      pauseMs: config.SWEEP_INTERVAL_MS,
      look: counted('Objects of uploads that became no job are removed', (at, until) =>
        sweepOrphans({ eventStore, objects, orphanAgeMs, mayAct }, at, until),
      ),
    },
    {
      name: 'passwords',
      pauseMs: config.SWEEP_INTERVAL_MS,
      look: counted('Passwords of executions that have ended are removed', (at, until) =>
        sweepPasswords({ eventStore, objects, deadlineMs, mayAct }, at, until),
      ),
    },
    {
      name: 'keyExpiry',
      pauseMs: pauseFor(ttlMs),
      look: counted('Idempotency keys are forgotten', (at, until) =>
        forgetExpiredKeys({ eventStore, ttlMs, mayAct }, at, until),
      ),
    },
    {
      name: 'reuseExpiry',
      pauseMs: LONGEST_PAUSE_MS,
      look: counted('Results that are too old to be reused are forgotten as such', (at, until) =>
        forgetExpiredResults({ eventStore, mayAct }, at, until),
      ),
    },
  ];
  const states = new Map(duties.map((duty): [Duty, DutyState] => [duty, { failures: 0, fault: undefined }]));

  const observed = [
    observeBacklog({ readModel, isActive: mayAct, now: () => new Date() }),
    observe(
      'inkstream.scavenge.last',
      { unit: 's', description: 'When the event log was last scavenged, in seconds since 1970' },
      () => {
        const at = scavenging.lastEndedAt();
        return at && at.getTime() / 1_000;
      },
    ),
    ...[...states].map(([{ name }, state]) =>
      observe(
        // In lower case, as names of metrics are.
        `inkstream.${name.replace('E', '_e')}.failures`,
        { unit: '{look}', description: 'Failed looks at what is due, in a row' },
        () => (mayAct() ? state.failures : undefined),
      ),
    ),
  ];

  /** One that finds that it is another housekeeper's turn ends the others. */
  async function work(until: AbortSignal): Promise<void> {
    const stopping = new AbortController();
    const both = AbortSignal.any([until, stopping.signal]);
    const ended = await Promise.allSettled(
      [...states].map(([duty, state]) =>
        runDuty(duty, state, mayAct, log, both).finally(() => stopping.abort()),
      ),
    );
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  }

  const ended = lease ? whileHeld(lease, work, { signal, log }) : work(signal);
  return {
    details: () => ({
      role: mayAct() ? 'active' : 'standby',
      lastScavenge: scavenging.lastEndedAt()?.toISOString() ?? 'none since the start',
      ...Object.fromEntries(
        [...states].flatMap(([{ name }, { fault }]) =>
          fault === undefined ? [] : [[`${name}Fault`, fault]],
        ),
      ),
    }),
    close() {
      closing.abort();
      for (const one of observed) one.close();
      return ended;
    },
  };
}

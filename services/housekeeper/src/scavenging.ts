import { type EventStore, EventStoreRefusedError, type Scavenger } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { Logger } from '@inkstream/service-kit';
import type { HousekeeperConfig } from './config.ts';
import { searchDeletions } from './deletions.ts';
import { assertTurn } from './duty.ts';
import { loadProgress, type Progress, saveProgress } from './progress.ts';

export interface ScavengingDeps {
  readonly eventStore: EventStore;
  readonly objects: Pick<ObjectStore, 'deletePrefix'>;
  readonly scavenger: Scavenger;
  readonly log: Logger;
  readonly config: Pick<HousekeeperConfig, 'SCAVENGE_DELAY_MS' | 'SCAVENGE_INTERVAL_MS'>;
  /** The event store's time. */
  readonly now: () => Promise<Date>;
  /** Whether this housekeeper may begin anything at this moment. Asked before each step, for signals come late. */
  readonly mayAct: () => boolean;
}

/** How one check of what is due has ended. */
export type Look =
  | { readonly outcome: 'nothing due' | 'scavenged' }
  | { readonly outcome: 'failed'; readonly error: unknown };

/**
 * The duty to scavenge after deletions: a round goes through all copies of the log, one after another, and begins
 * `SCAVENGE_INTERVAL_MS` after the one before at the earliest. What it knows is in the event store, written before and
 * after each step, so another housekeeper goes on where this one ended. A copy that fails is tried again at the next
 * look, the others are not; so is one that was away, or is new, since the round began.
 *
 * The bytes of each deleted job, and the pictures of each deleted file, are deleted once more before.
 */
export function createScavenging({
  eventStore,
  objects,
  scavenger,
  log,
  config,
  now,
  mayAct,
}: ScavengingDeps) {
  let lastEndedAt: Date | undefined;

  async function update(progress: Progress, changes: Partial<Progress>): Promise<Progress> {
    assertTurn(mayAct);
    const next = { ...progress, ...changes };
    await saveProgress(eventStore, next);
    return next;
  }

  /** Remembers what was deleted since, and begins a round for it if one may begin. */
  async function begin(progress: Progress, signal: AbortSignal): Promise<Progress> {
    const at = (await now()).getTime();
    const until = new Date(at - config.SCAVENGE_DELAY_MS);
    // Whoever stored a result or a picture may have been killed before it learned that nobody wants it any more.
    const eraseAgain = (prefix: string) => objects.deletePrefix(prefix);
    const { searched, found } = await searchDeletions(
      eventStore,
      progress.searched,
      until,
      eraseAgain,
      signal,
    );
    const pending = progress.pending || found;
    const earliest = (progress.round?.beganAt ?? Number.NEGATIVE_INFINITY) + config.SCAVENGE_INTERVAL_MS;
    if (pending && at >= earliest)
      return update(progress, {
        searched,
        pending: false,
        round: { beganAt: at, done: [] },
      });
    return searched === progress.searched ? progress : update(progress, { searched, pending });
  }

  async function scavenge(progress: Progress, signal: AbortSignal): Promise<Look> {
    const { round } = progress;
    if (round === null) return { outcome: 'nothing due' };
    const copies = await scavenger.copies(signal);
    const missing = copies.filter((copy) => !round.done.includes(copy));
    if (missing.length === 0) return { outcome: 'nothing due' };
    let failure: { readonly error: unknown } | undefined;
    let current = progress;
    for (const copy of missing) {
      assertTurn(mayAct);
      const from = performance.now();
      try {
        await scavenger.scavenge(copy, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        failure ??= { error };
        log.error({ err: error, copy }, 'A copy of the event log could not be scavenged');
        // A user that one refuses, the others refuse too.
        if (error instanceof EventStoreRefusedError) break;
        continue;
      }
      current = await update(current, {
        round: { ...round, done: [...(current.round?.done ?? []), copy] },
      });
      log.info({ copy, ms: Math.round(performance.now() - from) }, 'A copy of the event log is scavenged');
    }
    if (failure) return { outcome: 'failed', error: failure.error };
    lastEndedAt = await now();
    log.info(
      { copies, beganAt: new Date(round.beganAt) },
      'The event log is scavenged: what was deleted is gone',
    );
    return { outcome: 'scavenged' };
  }

  return {
    /** Does what is due now. Rejects if the signal aborts, or it is another one's turn. */
    async look(signal: AbortSignal): Promise<Look> {
      try {
        return await scavenge(await begin(await loadProgress(eventStore), signal), signal);
      } catch (error) {
        if (signal.aborted || !mayAct()) throw error;
        return { outcome: 'failed', error };
      }
    },

    /** When a round last ended here; undefined if none did in this process. */
    lastEndedAt: () => lastEndedAt,
  };
}

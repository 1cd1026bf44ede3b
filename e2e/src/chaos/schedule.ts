import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@inkstream/testing';
import type { Fault } from './faults/fault.ts';

/** A fault that was made. Times in ms since the first one could be. */
export interface PlayedFault extends Pick<Fault, 'kind' | 'name'> {
  readonly beganAt: number;
  readonly endedAt: number;
}

export interface ScheduleOptions {
  /** Faults of one lane come one after another, those of different lanes at the same time. */
  readonly lanes: readonly (readonly Fault[])[];
  /** The chance of each lane, so that the pace of one changes nothing in the others. */
  readonly randomOf: (lane: number) => Random;
  readonly forMs: number;
  /** Before each fault of a lane, ms. */
  readonly longestPauseMs?: number;
  readonly onFault: (fault: PlayedFault) => void;
}

/** A lane waits no longer for a victim to be started again: that takes as long as others are away that it needs. */
const LONGEST_WAIT_MS = 5_000;

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** One at a time for each name, in the order of asking. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work);
    last.set(
      name,
      mine.catch(() => {}),
    );
    return mine;
  };
}

/**
 * Plays the lanes side by side: each fault of a lane once a round, in an order and for times that the seed decides. The
 * first round is whole, so that everything went wrong once; no fault begins later than `forMs` after that.
 */
export async function playFaults(options: ScheduleOptions): Promise<PlayedFault[]> {
  const { lanes, randomOf, forMs, longestPauseMs = 2_000, onFault } = options;
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const played: PlayedFault[] = [];
  const underWay: Promise<void>[] = [];
  const turn = createTurns();

  /** Calls back once the victim may recover. */
  async function play(
    { kind, name, lastsMs: [least, most], begin, end }: Fault,
    chance: number,
    onEnding: () => void,
  ) {
    const beganAt = now();
    await begin();
    await sleep(least + chance * (most - least));
    const ended = end();
    void Promise.race([ended, sleep(LONGEST_WAIT_MS)]).then(onEnding, onEnding);
    await ended;
    const fault = { kind, name, beganAt, endedAt: now() };
    played.push(fault);
    onFault(fault);
  }

  async function playLane(faults: readonly Fault[], random: Random): Promise<void> {
    for (let round = 0; round === 0 || now() < forMs; round++)
      for (const fault of shuffled(random, faults)) {
        const [pause, chance] = [random(), random()];
        if (round > 0 && now() >= forMs) return;
        await sleep(pause * longestPauseMs);
        const ending = Promise.withResolvers<void>();
        const over = turn(fault.victim, () => play(fault, chance, ending.resolve));
        underWay.push(over);
        await Promise.race([over, ending.promise]);
      }
  }

  await Promise.all(lanes.map((faults, lane) => playLane(faults, randomOf(lane))));
  await Promise.all(underWay);
  return played;
}

/** How many faults of the list there was another one beside. */
export const overlapping = (faults: readonly PlayedFault[]): number =>
  faults.filter((one) =>
    faults.some((other) => other !== one && other.beganAt < one.endedAt && one.beganAt < other.endedAt),
  ).length;

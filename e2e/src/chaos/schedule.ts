import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@inkstream/testing';

/** What can be killed and started again. */
export interface Victim {
  readonly name: string;
  kill(): Promise<unknown>;
  start(): Promise<void>;
}

/** A fault that was made. Times in ms. */
export interface Fault {
  readonly victim: string;
  readonly downMs: number;
  /** From the kill until a new upload came to its end. */
  readonly recoveredMs: number;
}

export interface ScheduleOptions {
  readonly victims: readonly Victim[];
  readonly random: Random;
  readonly until: number;
  /** Resolves once a new upload has come to its end. */
  readonly probe: () => Promise<void>;
  readonly onFault: (fault: Fault) => void;
}

const LONGEST_DOWN_MS = 3_000;
const LONGEST_PAUSE_MS = 2_000;

function shuffled<T>(random: Random, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Kills one victim after another with SIGKILL, each once a round, in an order and at instants that the seed decides. */
export async function playFaults({
  victims,
  random,
  until,
  probe,
  onFault,
}: ScheduleOptions): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (let round = 0; round === 0 || performance.now() < until; round++)
    for (const victim of shuffled(random, victims)) {
      // The first round is whole, so that everything was killed once.
      if (round > 0 && performance.now() >= until) break;
      await sleep(random() * LONGEST_PAUSE_MS);
      const downMs = random() * LONGEST_DOWN_MS;
      const killedAt = performance.now();
      await victim.kill();
      await sleep(downMs);
      await victim.start();
      await probe();
      const fault = { victim: victim.name, downMs, recoveredMs: performance.now() - killedAt };
      faults.push(fault);
      onFault(fault);
    }
  return faults;
}

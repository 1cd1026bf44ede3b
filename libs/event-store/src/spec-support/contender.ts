import { integer, type Random } from '@inkstream/testing';
import { EventStoreUnavailableError } from '../errors.ts';
import { createLease, type Lease } from '../lease.ts';
import { whileHeld } from '../while-held.ts';
import type { Streams } from './memory-streams.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface World {
  readonly time: VirtualTime;
  readonly streams: Streams;
  readonly random: Random;
  /** Whether calls are lost, answers are late and processes are paused. */
  faulty: boolean;
}

export interface Contender {
  readonly lease: Lease;
  close(): Promise<void>;
}

export const silent = { info() {}, warn() {} };
const WORK_EVERY_MS = 100;

/** A process with a clock of its own that runs up to 10 % wrong, a bad connection to the store, and pauses. */
export function startContender(world: World, onWork: (by: Contender) => void): Contender {
  const { time, streams, random } = world;
  const rate = 0.9 + random() * 0.2;
  const offset = integer(random, 0, 1_000_000);
  let frozenUntil = 0;

  const awake = async () => {
    if (world.faulty && random() < 0.01) frozenUntil = time.now + integer(random, 100, 12_000);
    while (time.now < frozenUntil) await time.sleep(frozenUntil - time.now);
  };
  const sleep = async (ms: number, signal?: AbortSignal) => {
    await time.sleep(ms, signal);
    await awake();
  };
  const line = async () => {
    const slow = world.faulty && random() < 0.1;
    await sleep(integer(random, 1, slow ? 3_000 : 20));
    if (world.faulty && random() < 0.15) throw new EventStoreUnavailableError('lost on the way');
  };
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    await line();
    const answer = await call();
    await line();
    return answer;
  };
  const store: Streams = {
    append: (...args) => through(() => streams.append(...args)),
    truncate: (...args) => through(() => streams.truncate(...args)),
    async *read(...args) {
      yield* await through(() => Array.fromAsync(streams.read(...args)));
    },
  };

  const lease = createLease({ store, name: 'relay', now: () => offset + time.now * rate });
  const closing = new AbortController();
  const work = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      if (lease.remainingMs() > 0) onWork(contender);
      await sleep(WORK_EVERY_MS, signal);
    }
  };
  const ended = whileHeld(lease, work, { signal: closing.signal, log: silent, sleep });
  const contender = {
    lease,
    close() {
      closing.abort();
      return ended;
    },
  };
  return contender;
}

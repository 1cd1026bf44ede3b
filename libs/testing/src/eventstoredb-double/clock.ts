import { randomUUID } from 'node:crypto';

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

export const SYSTEM_CLOCK: Clock = { now: Date.now, newId: randomUUID };

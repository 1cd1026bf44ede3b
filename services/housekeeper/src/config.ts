import { duration, wholeNumber } from '@inkstream/service-kit';
import type { z } from 'zod';

const LONGEST_MS = 366 * 86_400_000;

export const housekeeperConfig = {
  /** An execution that is not final this long after its request is ended: its provider is gone, or never takes it. */
  EXECUTION_DEADLINE: duration(60_000, LONGEST_MS).prefault('7d'),
  /** How long a repeat under an idempotency key is the same job. */
  IDEMPOTENCY_KEY_TTL: duration(60_000, LONGEST_MS).prefault('24h'),
  /** Objects of an upload that became no job are removed at this age, ms; longer than any request lasts. */
  ORPHAN_AGE_MS: wholeNumber(1_200_000, 604_800_000).default(3_600_000),
  SWEEP_INTERVAL_MS: wholeNumber(60_000, 86_400_000).default(3_600_000),
  /** Between the beginnings of two scavenges, at least. */
  SCAVENGE_INTERVAL_MS: wholeNumber(0, LONGEST_MS).default(86_400_000),
  /**
   * From a deletion to the scavenge that is for it, at least: the stream has been truncated by then, though its eraser
   * was killed in between, and the finished messages of the job have left the bus.
   */
  SCAVENGE_DELAY_MS: wholeNumber(0, LONGEST_MS).default(7_200_000),
};
export type HousekeeperConfig = z.output<z.ZodObject<typeof housekeeperConfig>>;

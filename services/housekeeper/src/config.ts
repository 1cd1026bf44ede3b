import { wholeNumber } from '@inkstream/service-kit';
import type { z } from 'zod';

const LONGEST_MS = 366 * 86_400_000;

export const housekeeperConfig = {
  /** Between the beginnings of two scavenges, at least. */
  SCAVENGE_INTERVAL_MS: wholeNumber(0, LONGEST_MS).default(86_400_000),
  /**
   * From a deletion to the scavenge that is for it, at least: the stream has been truncated by then, though its eraser
   * was killed in between, and the finished messages of the job have left the bus.
   */
  SCAVENGE_DELAY_MS: wholeNumber(0, LONGEST_MS).default(7_200_000),
};
export type HousekeeperConfig = z.output<z.ZodObject<typeof housekeeperConfig>>;

import { DeliverLaterError, isLaterRelease, PoisonMessageError } from '../errors.ts';
import type { ConsumeOptions } from '../message-bus.ts';
import type { Deliveries } from './backlog.ts';

const DEFAULT_MAX_DELIVERIES = 10;
const DEFAULT_BACKOFF_MS = { first: 200, max: 30_000 };
/**
 * The longest time that a timer takes: 2^31 - 1 ms. A message that is parked for longer is delivered by then, and
 * parked again.
 */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Counts a failed delivery, and says in how many ms the message is to be delivered again; undefined if it is given up.
 */
export function redeliverAfter(
  pending: Deliveries,
  error: unknown,
  { maxDeliveries = DEFAULT_MAX_DELIVERIES, backoffMs = DEFAULT_BACKOFF_MS }: ConsumeOptions,
): number | undefined {
  pending.laterRelease = isLaterRelease(error);
  if (error instanceof DeliverLaterError) {
    pending.deliveries--;
    return Math.min(MAX_TIMER_MS, Math.max(1, error.afterMs));
  }
  if (error instanceof PoisonMessageError) return undefined;
  if (!pending.laterRelease && !isTransient(error) && ++pending.failures >= maxDeliveries) return undefined;
  return Math.min(backoffMs.max, backoffMs.first * 2 ** (pending.deliveries - 1));
}

function isTransient(error: unknown): boolean {
  return error instanceof Error && 'transient' in error && error.transient === true;
}

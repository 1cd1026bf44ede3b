import { PoisonMessageError } from '../errors.ts';
import type { ConsumeOptions } from '../message-bus.ts';
import type { Deliveries } from './backlog.ts';

const DEFAULT_MAX_DELIVERIES = 10;
const DEFAULT_BACKOFF_MS = { first: 200, max: 30_000 };

/**
 * Counts a failed delivery, and says in how many ms the message is to be delivered again; undefined where it is to
 * be given up.
 */
export function redeliverAfter(
  pending: Deliveries,
  error: unknown,
  { maxDeliveries = DEFAULT_MAX_DELIVERIES, backoffMs = DEFAULT_BACKOFF_MS }: ConsumeOptions,
): number | undefined {
  if (error instanceof PoisonMessageError) return undefined;
  if (!isTransient(error) && ++pending.failures >= maxDeliveries) return undefined;
  return Math.min(backoffMs.max, backoffMs.first * 2 ** (pending.deliveries - 1));
}

function isTransient(error: unknown): boolean {
  return error instanceof Error && 'transient' in error && error.transient === true;
}

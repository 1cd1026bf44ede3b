export { loadCheckpoint, saveCheckpoint } from './checkpoints.ts';
export {
  ConcurrencyError,
  EventStoreRefusedError,
  EventStoreUnavailableError,
  InvalidAppendError,
  type Right,
} from './errors.ts';
export type * from './event-store.ts';
export { createLease, type Lease, type LeaseOptions } from './lease.ts';
export type { Scavenger } from './scavenge.ts';
export { type WhileHeldOptions, whileHeld } from './while-held.ts';

export { type Checkpoint, checkpoints, saveCheckpoint } from './checkpoints.ts';
export {
  ConcurrencyError,
  EventStoreFullError,
  EventStoreRefusedError,
  EventStoreUnavailableError,
  InvalidAppendError,
  InvalidPositionError,
  PositionBeyondEndError,
  type Right,
  StaleReadError,
} from './errors.ts';
export type * from './event-store.ts';
export { isFence, proveUnchanged } from './fence.ts';
export { createLease, type Lease, type LeaseOptions } from './lease.ts';
export type { Scavenger } from './scavenge.ts';
export { StoreClock, storeTime } from './store-time.ts';
export { type WhileHeldOptions, whileHeld } from './while-held.ts';

export { loadCheckpoint, saveCheckpoint } from './checkpoints.ts';
export {
  ConcurrencyError,
  EventStoreUnavailableError,
  InvalidAppendError,
  InvalidPositionError,
  PositionBeyondEndError,
  StaleReadError,
} from './errors.ts';
export type * from './event-store.ts';
export { isFence, proveUnchanged } from './fence.ts';
export { createLease, type Lease, type LeaseOptions } from './lease.ts';
export { type WhileHeldOptions, whileHeld } from './while-held.ts';

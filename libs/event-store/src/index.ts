export { loadCheckpoint, saveCheckpoint } from './checkpoints.ts';
export { ConcurrencyError, EventStoreUnavailableError, InvalidAppendError } from './errors.ts';
export type * from './event-store.ts';

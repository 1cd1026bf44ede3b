export type { Known, ReadState } from './aggregate.ts';
export { tidyExecution } from './execution-objects.ts';
export {
  boughtOf,
  eraseExecutions,
  executeOnExecution,
  forgetExecutions,
  type KnownExecution,
  newExecution,
  type ReadExecution,
  readExecution,
  readExecutionEvents,
  readExecutions,
} from './executions.ts';
export { inParallel } from './in-parallel.ts';
export { readWholeJob, type WholeJob, wholeJobOf } from './job-views.ts';
export {
  executeOnJob,
  type KnownJob,
  lastEventOfJob,
  newJob,
  readJob,
  readJobEvents,
  readJobRecord,
} from './jobs.ts';
export { KnownJobs } from './known-jobs.ts';
export { type EventPlace, proveLost } from './lost.ts';
export {
  keepPassword,
  MAX_PASSWORD_BYTES,
  openPassword,
  ownerOfPassword,
  PASSWORD_SECRET_BYTES,
  type PasswordPlace,
  type PasswordSecrets,
  readPassword,
  sealPassword,
} from './passwords.ts';
export type { ReadEvents } from './read-events.ts';
export {
  type Content,
  enterReusable,
  forgetReusable,
  forgetReusableOf,
  keptForMs,
  REUSABLE_STREAM_PREFIX,
  type ReusableEntry,
  type ReusableResult,
  reusableResults,
} from './reusable.ts';
export {
  type AppendContext,
  fromStored,
  isOfExecution,
  isOfJob,
  toStored,
  traceparentOf,
} from './stored-events.ts';
export {
  type BegunUpload,
  beginUploads,
  begunUploads,
  forgetUploadsBefore,
  IDEMPOTENCY_STREAM_PREFIX,
  isOrphaned,
  moveUpload,
  type RecordedUpload,
} from './uploads.ts';

export { DomainError, type DomainErrorCode } from './domain-error.ts';
export type { Bought, ExecutionCommand } from './ocr-execution/commands.ts';
export { decideExecution } from './ocr-execution/decide.ts';
export {
  EXECUTION_ERROR_CODES,
  type ExecutionErrorCode,
  type ExecutionFault,
  isOfDocument,
  isProviderWide,
  isTransient,
} from './ocr-execution/errors.ts';
export * from './ocr-execution/events.ts';
export { addCost, addSpent, reaches } from './ocr-execution/spent.ts';
export {
  type ExecutionState,
  evolveExecution,
  isUnsettled,
  requestedExecution,
} from './ocr-execution/state.ts';
export {
  EXECUTION_STATUSES,
  type ExecutionStatus,
  type FinalStatus,
  isFinal,
} from './ocr-execution/status.ts';
export {
  type ExecutionView,
  foldExecution,
  type ResultInfo,
  removeExecution,
  viewRequested,
} from './ocr-execution/view.ts';
export { AUTO, type AutoPolicy, type JobCommand, type ReadExecutions } from './ocr-job/commands.ts';
export { decideJob } from './ocr-job/decide.ts';
export * from './ocr-job/events.ts';
export {
  absentJob,
  type DeletedJob,
  evolveJob,
  fencedJob,
  type JobState,
  type OpenJob,
  type RequestedExecution,
} from './ocr-job/state.ts';
export {
  emptyTally,
  JOB_STATUSES,
  type JobStatus,
  jobStatus,
  type Progress,
  type Tally,
  tallyOf,
} from './ocr-job/status.ts';
export { type ExecutionSummary, foldJob, type JobRecord, type JobView, viewOf } from './ocr-job/view.ts';
export type * from './recorded.ts';
export {
  DOMAIN_STREAM_PREFIX,
  type ExecutionKey,
  executionObjects,
  executionStream,
  JOB_STREAM_PREFIX,
  jobObjects,
  jobStream,
  PASSWORDS,
  pageObjects,
  passwordObjects,
  pictureObjects,
  type StreamSubject,
  subjectOf,
} from './streams.ts';
export {
  type DomainEvent,
  type DomainEventType,
  isJobEvent,
  LaterReleaseError,
  schemaVersionOf,
  UnknownEventError,
  upcast,
} from './upcast.ts';

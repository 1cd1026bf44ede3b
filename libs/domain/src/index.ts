export { DomainError, type DomainErrorCode, type JobCommand } from './ocr-job/commands.ts';
export { decide } from './ocr-job/decide.ts';
export type * from './ocr-job/events.ts';
export {
  EXECUTION_ERROR_CODES,
  type ExecutionErrorCode,
  type ExecutionFault,
  isProviderWide,
  isTransient,
} from './ocr-job/execution-errors.ts';
export {
  absentJob,
  type ExecutionState,
  evolve,
  fenced,
  type JobState,
  type OpenJob,
} from './ocr-job/state.ts';
export {
  EXECUTION_STATUSES,
  type ExecutionStatus,
  isFinal,
  JOB_STATUSES,
  type JobStatus,
  jobStatus,
} from './ocr-job/status.ts';
export { executionObjects, JOB_STREAM_PREFIX, jobIdOf, jobObjects, jobStream } from './ocr-job/stream.ts';
export { SCHEMA_VERSION, UnknownEventError, upcast } from './ocr-job/upcast.ts';
export {
  type ExecutionView,
  type FileView,
  fold,
  type JobView,
  type RecordedJobEvent,
  type ResultInfo,
} from './ocr-job/view.ts';

/** All streams of jobs and executions begin so, and no others do. */
export const DOMAIN_STREAM_PREFIX = 'ocr';

/** The streams of jobs begin so, those of executions don't. */
export const JOB_STREAM_PREFIX = 'ocrJob-';

/** The name of a job's stream. */
export const jobStream = (jobId: number): string => `${JOB_STREAM_PREFIX}${jobId}`;

/** Names an execution: ids of executions count from 1 in each job. */
export type ExecutionKey = { readonly jobId: number; readonly executionId: number };

/** The name of an execution's stream. */
export const executionStream = ({ jobId, executionId }: ExecutionKey): string =>
  `ocrExecution-${jobId}-${executionId}`;

/** What a stream of the domain is about. */
export type StreamSubject =
  | { readonly kind: 'job'; readonly jobId: number }
  | ({ readonly kind: 'execution' } & ExecutionKey);

const STREAM = /^ocr(?:Job-([1-9]\d*)|Execution-([1-9]\d*)-([1-9]\d*))$/;

/** What the stream is about; null if it is no stream of the domain. */
export function subjectOf(stream: string): StreamSubject | null {
  const [, job, executionJob, execution] = STREAM.exec(stream) ?? [];
  const jobId = Number(job ?? executionJob);
  if (!Number.isSafeInteger(jobId)) return null;
  if (execution === undefined) return { kind: 'job', jobId };
  const executionId = Number(execution);
  return Number.isSafeInteger(executionId) ? { kind: 'execution', jobId, executionId } : null;
}

/**
 * All objects of a job lie under this prefix, so that deleting it deletes every byte of the job's content. It is named by
 * the uid, so that a job whose id comes twice never meets the content of another one.
 */
export const jobObjects = (uid: string): string => `jobs/${uid}/`;

/** All objects made for an execution: its results and the answers that the provider gave. */
export const executionObjects = (uid: string, executionId: number): string =>
  `${jobObjects(uid)}executions/${executionId}/`;

/**
 * The passwords of documents lie under this prefix, sealed, each until its execution has ended: so what a crash leaves is
 * found without a look at any job.
 */
export const PASSWORDS = 'passwords/';

/** Those of a job's documents. */
export const passwordObjects = (uid: string): string => `${PASSWORDS}${uid}/`;

/**
 * Of these, the pages that are kept until the execution is final: `<number>.json`, and `<number>.note`; those of a
 * provider that it was handed over to after attempt 2 in `after-2/`.
 */
export const pageObjects = (uid: string, executionId: number): string =>
  `${executionObjects(uid, executionId)}pages/`;

/** The pictures of a file's pages: `<page>-<width>-<rotation>.webp`. */
export const pictureObjects = (uid: string, fileId: number): string =>
  `${jobObjects(uid)}pictures/${fileId}/`;

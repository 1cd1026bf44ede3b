/** Streams of jobs are named `ocrJob-<id>`. */
export const JOB_STREAM_PREFIX = 'ocrJob-';

/** The name of a job's stream. */
export const jobStream = (id: number): string => `${JOB_STREAM_PREFIX}${id}`;

/** The id of the job whose stream this is, null where it is no job's. */
export function jobIdOf(stream: string): number | null {
  const id = Number(/^ocrJob-([1-9]\d*)$/.exec(stream)?.[1]);
  return Number.isSafeInteger(id) ? id : null;
}

/** All objects of a job lie under this prefix, so that deleting it deletes every byte of the job's content. */
export const jobObjects = (id: number): string => `jobs/${id}/`;

/** All objects made for an execution: its result and the answer that the provider gave. */
export const executionObjects = (id: number, executionId: number): string =>
  `${jobObjects(id)}executions/${executionId}/`;

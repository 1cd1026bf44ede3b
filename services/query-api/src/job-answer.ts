import type { Execution, Job, JobFile, Progress } from '@inkstream/contracts';
import type { ExecutionView, JobFile as StoredFile } from '@inkstream/domain';
import type { WholeJob } from '@inkstream/job-store';
import type { ProgressOf } from './latest-progress.ts';

const UNREADABLE = { code: 'result_unreadable', message: 'The stored result is missing or damaged' };

/** A result as text, `unreadable` if it is missing or damaged, null if there is none or it was not asked for. */
export type ResultText = { readonly text: string } | 'unreadable' | null;

/** An execution in the shape that clients get. */
export function toExecution(
  view: ExecutionView,
  {
    result = null,
    progress,
  }: { readonly result?: ResultText; readonly progress?: Progress | undefined } = {},
): Execution {
  const { id, status, ocrProvider, createdAt, updatedAt } = view;
  const error = result === 'unreadable' ? UNREADABLE : view.error;
  return {
    id,
    status,
    ocrProvider,
    ocrData: result === null || result === 'unreadable' ? null : result.text,
    ...(error && { error: { code: error.code, message: error.message } }),
    ...(view.result?.reused && { reused: true }),
    ...(progress && { progress }),
    createdAt,
    updatedAt,
  };
}

/** A file of a job without its executions. */
export const toFile = ({ id, originalName, storageKey }: StoredFile): Omit<JobFile, 'executions'> => ({
  id,
  originalName,
  storageKey,
});

/** A job without its files. */
export function toHead({ job }: WholeJob): Omit<Job, 'files'> {
  const { id, name, status, createdAt, updatedAt } = job;
  return { id, name, status, createdAt, updatedAt };
}

/** The executions of each file, in the order of their ids. */
export const executionsByFile = ({ executions }: WholeJob): Map<number, ExecutionView[]> =>
  Map.groupBy(
    executions.filter(({ removed }) => !removed),
    ({ fileId }) => fileId,
  );

/** A job in the shape that clients get, without the results. */
export function toJob(whole: WholeJob, progress: ProgressOf): Job {
  const byFile = executionsByFile(whole);
  const files = whole.job.files.map((file) => ({
    ...toFile(file),
    executions: (byFile.get(file.id) ?? []).map((one) =>
      toExecution(one, { progress: progress.get(one.id) }),
    ),
  }));
  return { ...toHead(whole), files };
}

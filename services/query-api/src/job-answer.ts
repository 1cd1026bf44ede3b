import type { Job } from '@inkstream/contracts';
import type { ExecutionView, FileView, JobView } from '@inkstream/domain';
import type { Results } from './results.ts';

type File = Job['files'][number];
type Execution = File['executions'][number];

const UNREADABLE = { code: 'result_unreadable', message: 'The stored result is missing or damaged' };

function toExecution(execution: ExecutionView, results: Results): Execution {
  const { id, status, ocrProvider, createdAt, updatedAt } = execution;
  const ocrData = results.get(id) ?? null;
  const error = ocrData === null && results.has(id) ? UNREADABLE : execution.error;
  return {
    id,
    status,
    ocrProvider,
    ocrData,
    ...(error && { error: { code: error.code, message: error.message } }),
    createdAt,
    updatedAt,
  };
}

const toFile = ({ id, originalName, storageKey, executions }: FileView, results: Results): File => ({
  id,
  originalName,
  storageKey,
  executions: executions.map((execution) => toExecution(execution, results)),
});

/**
 * A job in the shape that clients get. `ocrData` is null where `results` has nothing for the execution; a result
 * that could not be read (null) leaves `error` in its place.
 */
export function toJob(view: JobView, results: Results): Job {
  const { id, name, status, createdAt, updatedAt, files } = view;
  return { id, name, status, createdAt, updatedAt, files: files.map((file) => toFile(file, results)) };
}

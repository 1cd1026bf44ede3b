import { DomainError, type ExecutionState, isFinal, type JobCommand, type JobFile } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { execute, readJob } from '@inkstream/job-store';

/** What an `ExecutionRequested` event asks for. `requestedAt` is ISO 8601 UTC. */
export interface Request {
  readonly jobId: number;
  readonly executionId: number;
  readonly requestedAt: string;
  readonly traceparent?: string | undefined;
}

/** An execution that is not final, and its file. */
export interface OpenExecution {
  readonly execution: ExecutionState;
  readonly file: JobFile;
}

type Found = OpenExecution | EndedExecution | 'unwanted';

/** An execution that has its result or its error. */
export interface EndedExecution {
  readonly attempts: number;
}

/**
 * The execution as its job's stream has it now: open, ended, or `unwanted`, since it was cancelled or its file or job
 * deleted.
 */
export async function readExecution(store: EventStore, { jobId, executionId }: Request): Promise<Found> {
  const { state } = await readJob(store, jobId);
  const execution = state.status === 'open' ? state.executions.get(executionId) : undefined;
  if (state.status !== 'open' || execution?.status === 'cancelled') return 'unwanted';
  const file = execution && !isFinal(execution.status) ? state.files.get(execution.fileId) : undefined;
  return execution && file && !file.deleted ? { execution, file } : { attempts: execution?.attempt ?? 0 };
}

/** Whether there is something to do for it. */
export const isOpen = (found: Found): found is OpenExecution => found !== 'unwanted' && 'execution' in found;

/** Attempts whose worker died. One that is running while its request is delivered again has lost its own. */
export const lostAttempts = ({ status, lost }: ExecutionState): number =>
  lost + (status === 'running' ? 1 : 0);

/** Runs a command on the request's job. False where the job does not allow it any more. */
export async function tryCommand(
  store: EventStore,
  { jobId, traceparent }: Request,
  command: JobCommand,
): Promise<boolean> {
  try {
    await execute(store, jobId, command, { traceparent });
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

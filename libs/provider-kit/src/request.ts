import {
  DomainError,
  type ExecutionState,
  isFinal,
  type JobCommand,
  type JobFile,
  type JobState,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { execute, type KnownJob } from '@inkstream/job-store';

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

/** The execution in its job: open, ended, or `unwanted`, since it was cancelled or its file or job deleted. */
export function findExecution(state: JobState, { executionId }: Request): Found {
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

/**
 * Runs a command on the request's job, as it is known to stand. Gives the job after it, null where the job does not
 * allow it any more.
 */
export async function tryCommand(
  store: EventStore,
  { jobId, traceparent }: Request,
  known: KnownJob,
  command: JobCommand,
): Promise<KnownJob | null> {
  try {
    return await execute(store, jobId, command, { traceparent, known });
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

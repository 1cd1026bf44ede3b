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
  /** Of the event in the job's stream: a read that is behind it has not seen the execution yet. */
  readonly revision: number;
  readonly requestedAt: string;
  readonly traceparent?: string | undefined;
}

/** An execution that is not final, and its file. */
export interface OpenExecution {
  readonly execution: ExecutionState;
  readonly file: JobFile;
}

type Found = OpenExecution | EndedExecution | 'unwanted' | 'lost';

/** An execution that has its result or its error. */
export interface EndedExecution {
  readonly attempts: number;
}

/**
 * The execution in its job, which was read up to the request's revision at least: open, ended, or `unwanted`, since it
 * was cancelled or its file or job deleted. `lost`: the job never heard of it, so its log is not the one that the request
 * comes from.
 *
 * `unwanted` and ended rest on events that were read (JobDeleted, ExecutionCancelled, ExecutionCompleted, …), which no
 * later event takes back. So what follows from them needs no proof, deleting included.
 */
export function findExecution(state: JobState, { executionId }: Request): Found {
  if (state.status === 'deleted') return 'unwanted';
  const execution = state.status === 'open' ? state.executions.get(executionId) : undefined;
  if (state.status !== 'open' || !execution) return 'lost';
  if (execution.status === 'cancelled') return 'unwanted';
  const file = isFinal(execution.status) ? undefined : state.files.get(execution.fileId);
  return file && !file.deleted ? { execution, file } : { attempts: execution.attempt };
}

/** Whether there is something to do for it. */
export const isOpen = (found: Found): found is OpenExecution =>
  typeof found === 'object' && 'execution' in found;

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

import type { JobEvent, JobFile } from './events.ts';
import { type ExecutionErrorCode, isProviderWide } from './execution-errors.ts';
import { type ExecutionStatus, executionStatusAfter, isFinal } from './status.ts';

export type ExecutionState = {
  readonly id: number;
  readonly fileId: number;
  readonly provider: string;
  readonly status: ExecutionStatus;
  /** The latest attempt, 0 before the first. */
  readonly attempt: number;
  /** How many of them were lost: their worker died, and another one took over. */
  readonly lost: number;
  /** How many of them used up a time limit, and were tried again. */
  readonly timeouts: number;
  /** How many of them met a provider that was down as a whole, and were tried again. */
  readonly unavailable: number;
  /** ISO 8601 UTC, while a retry waits for its time. */
  readonly notBefore: string | null;
};

/** All that a decision needs to know of a job. Keyed by file id and by execution id. */
export type OpenJob = {
  readonly status: 'open';
  readonly name: string;
  readonly files: ReadonlyMap<number, JobFile & { readonly deleted: boolean }>;
  readonly executions: ReadonlyMap<number, ExecutionState>;
};
/** `abandoned`: a fence closed its stream before it was submitted, so that it can't be any more. */
export type JobState = { readonly status: 'absent' | 'abandoned' | 'deleted' } | OpenJob;

export const absentJob: JobState = { status: 'absent' };

const withEntry = <V>(map: ReadonlyMap<number, V>, key: number, value: V) => new Map(map).set(key, value);

const isRetryAfter = (event: JobEvent, met: (code: ExecutionErrorCode) => boolean): boolean =>
  event.type === 'ExecutionRetryScheduled' && met(event.data.error.code);

function evolveExecution(job: OpenJob, event: JobEvent & { data: { executionId: number } }): OpenJob {
  const { executionId } = event.data;
  const before = job.executions.get(executionId);
  const status = executionStatusAfter(event.type);
  if (!before || isFinal(before.status) || !status) return job;
  const after: ExecutionState = {
    ...before,
    status,
    lost: before.lost + (event.type === 'ExecutionStarted' && before.status === 'running' ? 1 : 0),
    timeouts: before.timeouts + (isRetryAfter(event, (code) => code === 'timeout') ? 1 : 0),
    unavailable: before.unavailable + (isRetryAfter(event, isProviderWide) ? 1 : 0),
    attempt: 'attempt' in event.data ? Math.max(before.attempt, event.data.attempt) : before.attempt,
    notBefore: event.type === 'ExecutionRetryScheduled' ? event.data.notBefore : null,
  };
  return { ...job, executions: withEntry(job.executions, executionId, after) };
}

/** The job after an event. Total: an event that makes no sense in this state changes nothing. */
export function evolve(state: JobState, event: JobEvent): JobState {
  if (event.type === 'JobDeleted') return { status: 'deleted' };
  if (event.type === 'JobSubmitted') {
    if (state.status !== 'absent') return state;
    const files = new Map(event.data.files.map((file) => [file.id, { ...file, deleted: false }]));
    return { status: 'open', name: event.data.name, files, executions: new Map() };
  }
  if (state.status !== 'open') return state;
  switch (event.type) {
    case 'ExecutionRequested': {
      const { executionId: id, fileId, provider } = event.data;
      if (state.executions.has(id)) return state;
      const execution: ExecutionState = {
        id,
        fileId,
        provider,
        status: 'pending',
        attempt: 0,
        lost: 0,
        timeouts: 0,
        unavailable: 0,
        notBefore: null,
      };
      return { ...state, executions: withEntry(state.executions, id, execution) };
    }
    case 'FileDeleted': {
      const file = state.files.get(event.data.fileId);
      return file ? { ...state, files: withEntry(state.files, file.id, { ...file, deleted: true }) } : state;
    }
    default:
      return evolveExecution(state, event);
  }
}

/** The job after a fence in its stream, an event that says nothing: one that was not submitted before it never will be. */
export const fenced = (state: JobState): JobState =>
  state.status === 'absent' ? { status: 'abandoned' } : state;

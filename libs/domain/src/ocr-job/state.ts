import { AUTO } from './commands.ts';
import type { JobEvent, JobFile } from './events.ts';

/** An execution as the job knows it: what becomes of it is in its own stream. */
export type RequestedExecution = {
  readonly id: number;
  readonly fileId: number;
  /** Who was asked for by name, or `auto`. */
  readonly provider: string;
  readonly pages?: readonly number[];
  /** Its result may be reused: whoever deletes the file deletes what says so. */
  readonly reusable?: true;
  /** Where the document's password is until it has ended. */
  readonly passwordKey?: string;
};

/** All that a decision needs to know of a job. Executions are in the order of their ids, 1 to n. */
export type OpenJob = {
  readonly status: 'open';
  readonly uid: string;
  readonly tenant: string;
  readonly name: string;
  readonly files: readonly (JobFile & { readonly deleted: boolean })[];
  readonly executions: readonly RequestedExecution[];
  /** How many of them, the first ones, it was submitted with. */
  readonly submitted: number;
};
/** `executions`: how many it had. */
export type DeletedJob = { readonly status: 'deleted'; readonly uid: string; readonly executions: number };
/** `abandoned`: a fence closed its stream before it was submitted, so that it can't be any more. */
export type JobState = { readonly status: 'absent' | 'abandoned' } | DeletedJob | OpenJob;

export const absentJob: JobState = { status: 'absent' };

/** The job after an event. Total: an event that makes no sense in this state changes nothing. */
export function evolveJob(state: JobState, event: JobEvent): JobState {
  if (event.type === 'JobDeleted') {
    const { uid, executions } = event.data;
    return { status: 'deleted', uid, executions };
  }
  if (event.type === 'JobSubmitted') {
    if (state.status !== 'absent') return state;
    const { uid, tenant, name, files, executions: submitted = files.length } = event.data;
    return {
      status: 'open',
      uid,
      tenant,
      name,
      files: files.map((file) => ({ ...file, deleted: false })),
      executions: [],
      submitted,
    };
  }
  if (state.status !== 'open') return state;
  switch (event.type) {
    case 'ExecutionRequested': {
      const { executionId: id, fileId, pages, reuse, escalation, passwordKey } = event.data;
      if (id !== state.executions.length + 1) return state;
      const provider = escalation ? AUTO : event.data.provider;
      const asked = {
        id,
        fileId,
        provider,
        ...(pages && { pages }),
        ...(reuse && { reusable: true as const }),
        ...(passwordKey !== undefined && { passwordKey }),
      };
      return { ...state, executions: [...state.executions, asked] };
    }
    case 'FileDeleted': {
      const { fileId } = event.data;
      const files = state.files.map((file) => (file.id === fileId ? { ...file, deleted: true } : file));
      return { ...state, files };
    }
    default:
      return event satisfies never;
  }
}

/** The job after a fence in its stream, an event that says nothing: one that was not submitted before it never will be. */
export const fencedJob = (state: JobState): JobState =>
  state.status === 'absent' ? { status: 'abandoned' } : state;

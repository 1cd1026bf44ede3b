import { AUTO } from '../ocr-job/commands.ts';
import type { RecordedExecutionEvent, RecordedJobEvent } from '../recorded.ts';
import type { ExecutionFault } from './errors.ts';
import type { ExecutionCompleted } from './events.ts';
import { evolveExecution, requestedExecution } from './state.ts';
import { type ExecutionStatus, isFinal } from './status.ts';

/** What the outside may know of an execution's result: where it is, and what it took. */
export type ResultInfo = Omit<ExecutionCompleted, 'attempt'>;

/**
 * An execution as clients see it: the document of the read model. It begins with its request, which is in the job's
 * stream, and goes on in its own: `revision` is that of the last event there, -1 if there is none yet.
 */
export type ExecutionView = {
  readonly jobId: number;
  readonly id: number;
  readonly uid: string;
  readonly tenant: string;
  readonly revision: number;
  readonly fileId: number;
  /** Who was asked for by name, or `auto`. */
  readonly ocrProvider: string;
  /** Of `auto`: who is asked now. */
  readonly asked?: string;
  readonly status: ExecutionStatus;
  readonly attempt: number;
  readonly result: ResultInfo | null;
  /** The latest fault: of a failed execution, or of the attempt that a retry follows. */
  readonly error: ExecutionFault | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Its file is deleted: it still counts for the job's status, and is shown nowhere. */
  readonly removed: boolean;
};

type RecordedRequest = Extract<RecordedJobEvent, { type: 'ExecutionRequested' }>;

/** The execution as it was requested. */
export function viewRequested({ jobId, uid, caller, recordedAt, data }: RecordedRequest): ExecutionView {
  return {
    jobId,
    id: data.executionId,
    uid,
    tenant: caller.tenant,
    revision: -1,
    fileId: data.fileId,
    ocrProvider: data.escalation ? AUTO : data.provider,
    ...(data.escalation && { asked: data.provider }),
    status: requestedExecution.status,
    attempt: requestedExecution.attempt,
    result: null,
    error: null,
    createdAt: recordedAt,
    updatedAt: recordedAt,
    removed: false,
  };
}

function outcomeAfter(
  view: ExecutionView,
  event: RecordedExecutionEvent,
): Pick<ExecutionView, 'result' | 'error'> {
  switch (event.type) {
    case 'ExecutionStarted':
    case 'ExecutionReleased':
      return { result: null, error: view.error };
    case 'ExecutionRetryScheduled':
    case 'ExecutionFailed':
      return { result: null, error: event.data.error };
    case 'ExecutionHandedOver':
      return { result: null, error: event.data.error ?? null };
    case 'ExecutionCompleted': {
      const { attempt: _, ...result } = event.data;
      return { result, error: null };
    }
    case 'ExecutionCancelled':
    case 'ExecutionErased':
      return { result: null, error: null };
    default:
      return event satisfies never;
  }
}

/**
 * The execution after a later event of its stream. Events between the two may be missing only if they were truncated:
 * the last one is enough then. An event of another job that had the id before (an older log was restored) says nothing
 * of this one.
 */
export function foldExecution(view: ExecutionView, event: RecordedExecutionEvent): ExecutionView {
  const { revision, recordedAt: updatedAt } = event;
  if (event.uid !== view.uid || (isFinal(view.status) && event.type !== 'ExecutionErased'))
    return { ...view, revision };
  const { status, attempt } = evolveExecution({ ...requestedExecution, ...view }, event);
  const outcome = view.removed ? { result: null, error: null } : outcomeAfter(view, event);
  const asked = event.type === 'ExecutionHandedOver' && !view.removed ? { asked: event.data.to } : {};
  return { ...view, revision, updatedAt, status, attempt, ...asked, ...outcome };
}

/** The execution once its file is deleted: as its last event alone would leave it, whoever was asked. */
export function removeExecution(view: ExecutionView): ExecutionView {
  const { asked: _, ...rest } = view;
  return view.removed ? view : { ...rest, removed: true, result: null, error: null };
}

import {
  type Caller,
  DomainError,
  type Escalation,
  type ExecutionCommand,
  type ExecutionKey,
  type ExecutionState,
  jobStream,
  type Priority,
  type RecordedJobEvent,
  type Reuse,
  type StoredDocument,
} from '@inkstream/domain';
import { type EventStore, isFence } from '@inkstream/event-store';
import { executeOnExecution, fromStored, type KnownExecution, traceparentOf } from '@inkstream/job-store';
import { currentTraceparent, EventLostError, subjectAttributes } from '@inkstream/service-kit';
import type { ProviderContext } from './context.ts';

/** The event that handed an execution over: its revision in the execution's stream, and the last attempt before it. */
export interface Handover {
  readonly revision: number;
  readonly after: number;
}

/** What is asked of a provider: by an `ExecutionRequested`, or by a handover of it. `requestedAt` is ISO 8601 UTC. */
export interface Request extends ExecutionKey {
  readonly uid: string;
  /** Of the `ExecutionRequested` in the job's stream: a read that is behind it has not seen it yet. */
  readonly revision: number;
  /** Null if the provider is the first that is asked. */
  readonly handover: Handover | null;
  readonly requestedAt: string;
  readonly document: StoredDocument;
  readonly fileId: number;
  readonly priority: Priority;
  /** Numbers of the pages to read, in ascending order; undefined for all. */
  readonly pages: readonly number[] | undefined;
  /** Whether a result of the same bytes may stand in for this reading, and this one's for later ones. */
  readonly reuse: Reuse | undefined;
  /** Where the document's password is until the execution has ended, if one came. */
  readonly passwordKey: string | undefined;
  /** The policy that asks one provider after another, if one does. */
  readonly escalation: Escalation | undefined;
  /** Whom it asks after this one; undefined if nobody. */
  readonly next: string | undefined;
  /** On whose behalf it is worked on: the tenant and the request of whoever asked; the actor is the provider. */
  readonly caller: Caller;
  /** Of its message: the trace of what is done for it, if this process has none of its own. */
  readonly traceparent?: string | undefined;
  /** Whether it was delivered before, as far as the consumer knows. */
  readonly repeated: boolean;
}

/** What names an execution in a line of the log. */
export const idsOf = ({ jobId, executionId }: ExecutionKey): ExecutionKey => ({ jobId, executionId });

/** What a span says of it. `provider`: the one that has it. */
export const subjectOfRequest = (request: Request, provider: string) =>
  subjectAttributes({
    ...idsOf(request),
    provider,
    tenant: request.caller.tenant,
    requestId: request.caller.requestId,
  });

export type RequestedEvent = RecordedJobEvent & {
  readonly type: 'ExecutionRequested';
  /** Of the request that it was appended for. */
  readonly traceparent?: string | undefined;
};

/**
 * The event of a request in the job's stream, or `deleted` since it was truncated with its job. It is the only event
 * that is read, however many the job has.
 *
 * @throws StaleReadError if the read is behind the event.
 * @throws EventLostError if another event has its place, so that the log is not the one that the request comes from.
 */
export async function requestedEvent(
  store: EventStore,
  { jobId, uid, revision }: Pick<Request, 'jobId' | 'uid' | 'revision'>,
): Promise<RequestedEvent | 'deleted'> {
  const place = { from: revision, limit: 1, atLeast: revision };
  const [stored] = await Array.fromAsync(store.read(jobStream(jobId), place));
  const event = stored && !isFence(stored) ? fromStored(stored) : undefined;
  if (stored && event?.uid === uid) {
    if (event.type === 'JobDeleted') return 'deleted';
    if (event.type === 'ExecutionRequested' && event.revision === revision)
      return { ...event, traceparent: traceparentOf(stored) };
  }
  throw new EventLostError({ jobId, revision, type: 'ExecutionRequested' });
}

/** Whether a request is `wanted` or `deleted`. Throws as `requestedEvent` does. */
export async function findRequest(store: EventStore, request: Request): Promise<'wanted' | 'deleted'> {
  const event = await requestedEvent(store, request);
  if (event === 'deleted') return event;
  if (event.data.executionId === request.executionId) return 'wanted';
  throw new EventLostError({ jobId: request.jobId, revision: request.revision, type: event.type });
}

/** The last attempt of the providers that were asked before; 0 if there are none. */
export const attemptsBefore = ({ handover }: Pick<Request, 'handover'>): number => handover?.after ?? 0;

/** Whether the execution is asked of the provider that has this request: not of one before it, or after it. */
export const isAskedOf = (request: Pick<Request, 'handover'>, { handedOver }: ExecutionState): boolean =>
  (handedOver?.after ?? 0) === attemptsBefore(request);

/** Attempts whose worker died. One that is running while its request is delivered again has lost its own. */
export const lostAttempts = ({ status, lost }: ExecutionState): number =>
  lost + (status === 'running' ? 1 : 0);

/**
 * Runs a command on the request's execution, as it is known to stand. Resolves with the execution after it, null if
 * that does not allow it any more. With `distinct` it succeeds once, though it is run twice: see `AppendContext`.
 */
export async function tryCommand(
  { eventStore, random }: Pick<ProviderContext, 'eventStore' | 'random'>,
  request: Request,
  known: KnownExecution,
  command: ExecutionCommand,
  distinct?: string,
): Promise<KnownExecution | null> {
  const { uid, caller } = request;
  const traceparent = currentTraceparent() ?? request.traceparent;
  try {
    return await executeOnExecution(eventStore, idsOf(request), command, {
      uid,
      caller,
      traceparent,
      distinct,
      known,
      random,
    });
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

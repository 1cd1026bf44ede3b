import { executionStream, type RecordedDomainEvent, type StreamSubject } from '@inkstream/domain';
import { type EventStore, isFence } from '@inkstream/event-store';
import { fromStored, traceparentOf } from '@inkstream/job-store';
import { EventLostError } from '@inkstream/service-kit';
import { findRequest, type Request, requestedEvent } from '../request.ts';
import { toRequest } from '../to-request.ts';

/** The event that asks for the work, as its message names it: by stream, the job's uid, and revision. */
export interface RequestName {
  readonly provider: string;
  readonly subject: StreamSubject;
  readonly uid: string;
  readonly revision: number;
}

/** There is no such request of this provider. */
export class NoSuchRequestError extends Error {
  override readonly name = 'NoSuchRequestError';
}

function assertAsked(provider: string, asked: string): void {
  if (asked !== provider) throw new NoSuchRequestError('There is no such request');
}

type HandoverEvent = RecordedDomainEvent & {
  readonly type: 'ExecutionHandedOver';
  readonly traceparent?: string | undefined;
};

/** A handover, by which another provider asks; `deleted` if its stream was truncated with its file. */
async function handoverEvent(
  store: EventStore,
  { subject, uid, revision }: RequestName,
): Promise<HandoverEvent | 'deleted'> {
  const { jobId } = subject;
  const executionId = subject.kind === 'execution' ? subject.executionId : 0;
  const place = { from: revision, limit: 1, atLeast: revision };
  const [stored] = await Array.fromAsync(store.read(executionStream({ jobId, executionId }), place));
  const event = stored && !isFence(stored) ? fromStored(stored) : undefined;
  if (event?.uid === uid && event.revision > revision) return 'deleted';
  if (stored && event?.uid === uid && event.type === 'ExecutionHandedOver')
    return { ...event, traceparent: traceparentOf(stored) };
  throw new EventLostError({ jobId, executionId, revision, type: 'ExecutionHandedOver' });
}

/**
 * What an event asks of a provider; `deleted` if its job or file is.
 *
 * @throws NoSuchRequestError if it asks another provider.
 * @throws StaleReadError if a read is behind it; EventLostError if the log does not hold it.
 */
export async function askedRequest(store: EventStore, name: RequestName): Promise<Request | 'deleted'> {
  const { provider, subject, uid, revision } = name;
  if (subject.kind === 'job') {
    const event = await requestedEvent(store, { jobId: subject.jobId, uid, revision });
    if (event === 'deleted') return event;
    assertAsked(provider, event.data.provider);
    return toRequest(provider, event, { traceparent: event.traceparent, repeated: true });
  }
  const event = await handoverEvent(store, name);
  if (event === 'deleted') return event;
  assertAsked(provider, event.data.to);
  const request = toRequest(provider, event, { traceparent: event.traceparent, repeated: true });
  return (await findRequest(store, request)) === 'deleted' ? 'deleted' : request;
}

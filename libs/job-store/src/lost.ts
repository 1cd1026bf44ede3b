import { executionStream, jobStream } from '@inkstream/domain';
import { type EventStore, isFence, proveUnchanged, StaleReadError } from '@inkstream/event-store';
import { fromStored } from './stored-events.ts';

type Store = Pick<EventStore, 'read' | 'append'>;

/** Where an event is, or was. `executionId`: that of an execution, if it is in its stream. */
export interface EventPlace {
  readonly jobId: number;
  readonly executionId?: number;
  readonly revision: number;
}

/** The stream that an event belongs to. */
const streamOf = ({ jobId, executionId }: EventPlace): string =>
  executionId === undefined ? jobStream(jobId) : executionStream({ jobId, executionId });

/** Proves that a job's stream has no request of the execution. One that begins with a fence never gets one. */
async function proveNeverRequested(store: Store, jobId: number, executionId: number): Promise<void> {
  const stream = jobStream(jobId);
  let last: number | 'none' = 'none';
  for await (const stored of store.read(stream)) {
    const { revision } = stored;
    last = revision;
    if (isFence(stored) && revision === 0) return;
    if (isFence(stored)) continue;
    const event = fromStored(stored);
    if (event.type === 'JobDeleted')
      throw new StaleReadError(`${stream} ends with a deletion, which a read did not show`);
    if (event.type === 'ExecutionRequested' && event.data.executionId === executionId)
      throw new StaleReadError(`${stream} has the request at ${revision}, which a read did not show`);
  }
  await proveUnchanged(store, stream, last);
}

/**
 * Proves by an append that the log lacks an event, or what it follows from: an older backup was restored. Either the
 * event is not in its stream, or it is in that of an execution which its job never requested, since a worker of the log
 * that was lost wrote on.
 *
 * @returns which of the two is lost.
 * @throws StaleReadError if nothing is lost, or if it may be: whoever missed it reads again.
 * @throws EventStoreUnavailableError if nothing is proved.
 */
export async function proveLost(store: Store, event: EventPlace): Promise<'event' | 'request'> {
  const stream = streamOf(event);
  const { jobId, executionId, revision } = event;
  const [last] = await Array.fromAsync(store.read(stream, { direction: 'backwards', limit: 1 }));
  if (!last || last.revision < revision) {
    await proveUnchanged(store, stream, last?.revision ?? 'none');
    return 'event';
  }
  if (executionId === undefined) throw new StaleReadError(`${stream} has revision ${revision}`);
  await proveNeverRequested(store, jobId, executionId);
  return 'request';
}

import {
  type ExecutionView,
  foldExecution,
  type RecordedExecutionEvent,
  type RecordedJobEvent,
  removeExecution,
  viewRequested,
} from '@inkstream/domain';
import { type EventStore, StaleReadError } from '@inkstream/event-store';
import { readExecutionEvents } from '@inkstream/job-store';
import type { Documents, Replacement, Stored } from '@inkstream/read-model';
import { EventLostError } from '@inkstream/service-kit';
import type { Failures } from './advance-job.ts';
import type { ExecutionChange } from './execution-metrics.ts';

/** An execution's document, and the events that are new in it. */
export interface AdvancedExecution extends Replacement<ExecutionView> {
  readonly changes: readonly ExecutionChange[];
}

/** What is known of a job's executions, by their ids: null if there is known to be none. */
export type KnownExecutions = ReadonlyMap<number, Stored<ExecutionView> | null>;

/** Whether the event is in its stream, though it is not of the execution that the stream is about. */
async function isInStore(store: EventStore, event: RecordedExecutionEvent): Promise<boolean> {
  const { revision } = event;
  for await (const there of readExecutionEvents(store, event, { from: revision, atLeast: revision }))
    return there.revision === revision && there.uid === event.uid;
  return false;
}

/** The execution with the event in it, which `onChange` is told of; what is missing between them is read from its stream. */
async function advanceExecution(
  store: EventStore,
  view: ExecutionView,
  event: RecordedExecutionEvent,
  onChange: (change: ExecutionChange) => void,
): Promise<ExecutionView> {
  const fold = (before: ExecutionView, one: RecordedExecutionEvent): ExecutionView => {
    onChange({ before, event: one });
    return foldExecution(before, one);
  };
  if (event.uid !== view.uid && !(await isInStore(store, event))) throw new EventLostError(event);
  const next = view.revision + 1;
  if (event.revision < next) return view;
  if (event.revision === next) return fold(view, event);
  let after = view;
  const missing = readExecutionEvents(store, event, { from: next, atLeast: event.revision });
  for await (const one of missing) after = fold(after, one);
  if (after.revision < event.revision) throw new EventLostError(event);
  return after;
}

/** The executions that events of their job's stream concern, as far as they are not known already. */
async function alsoConcerned(
  documents: Documents,
  jobId: number,
  known: KnownExecutions,
  applied: readonly RecordedJobEvent[],
): Promise<KnownExecutions> {
  if (applied.some(({ type }) => type === 'FileDeleted'))
    return new Map((await documents.executionsOf(jobId)).map((stored) => [stored.view.id, stored]));
  const requested = applied.flatMap((event) =>
    event.type === 'ExecutionRequested' && !known.has(event.data.executionId) ? [event.data.executionId] : [],
  );
  if (requested.length === 0) return new Map();
  const found = await documents.getExecutions(requested.map((executionId) => ({ jobId, executionId })));
  return new Map([...found.values()].map((stored) => [stored.view.id, stored]));
}

/**
 * Brings the executions of a job up to events of its stream, which were applied to the job, and to events of their own.
 * Documents of another job that had this id (`uid` is the job's) give way. Returns those that changed.
 */
export async function advanceExecutions(
  documents: Documents,
  store: EventStore,
  { jobId, uid }: { readonly jobId: number; readonly uid: string | undefined },
  known: KnownExecutions,
  applied: readonly RecordedJobEvent[],
  events: readonly RecordedExecutionEvent[],
  failures: Failures,
): Promise<AdvancedExecution[]> {
  const before = new Map([...(await alsoConcerned(documents, jobId, known, applied)), ...known]);
  const after = new Map<number, ExecutionView>();
  const changes = new Map<number, ExecutionChange[]>();
  for (const [id, stored] of before)
    if (stored && stored.view.uid === (uid ?? stored.view.uid)) after.set(id, stored.view);

  for (const event of applied) {
    if (event.type === 'ExecutionRequested' && !after.has(event.data.executionId))
      after.set(event.data.executionId, viewRequested(event));
    if (event.type === 'FileDeleted')
      for (const [id, view] of after)
        if (view.fileId === event.data.fileId) after.set(id, removeExecution(view));
  }
  for (const event of events.toSorted((a, b) => a.revision - b.revision))
    try {
      const view = after.get(event.executionId);
      if (!view) throw new StaleReadError(`Execution ${jobId}/${event.executionId} was not found`);
      const own: ExecutionChange[] = [];
      after.set(event.executionId, await advanceExecution(store, view, event, (change) => own.push(change)));
      changes.set(event.executionId, [...(changes.get(event.executionId) ?? []), ...own]);
    } catch (error) {
      failures.set(event, error);
    }

  return [...after].flatMap(([id, view]) => {
    const stored = before.get(id);
    if (view === stored?.view) return [];
    return [{ view, over: stored?.version ?? null, changes: changes.get(id) ?? [] }];
  });
}

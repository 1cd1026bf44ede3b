import {
  DomainError,
  type ExecutionFault,
  type ExecutionState,
  type ExecutionView,
  isFinal,
  jobStream,
  type RecordedJobEvent,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import {
  boughtOf,
  executeOnExecution,
  type KnownExecution,
  readExecution,
  readJobEvents,
  tidyExecution,
  traceparentOf,
} from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { ReadModel } from '@inkstream/read-model';
import { currentTraceparent, inSpan, isTransientFault, subjectAttributes } from '@inkstream/service-kit';
import { assertTurn } from './duty.ts';

/** Executions that are asked for at once. */
const PAGE = 500;

export interface DeadlineDeps {
  readonly eventStore: EventStore;
  readonly objects: Pick<ObjectStore, 'get' | 'list' | 'delete'>;
  readonly readModel: Pick<ReadModel, 'unfinishedExecutions'>;
  /** From an execution's request to its end, ms. */
  readonly deadlineMs: number;
  readonly mayAct: () => boolean;
}

type Request = Extract<RecordedJobEvent, { type: 'ExecutionRequested' }>;

/** The requests in a job's stream, by execution; none if the job is deleted or never was. */
async function requestsOf(store: EventStore, jobId: number): Promise<ReadonlyMap<number, Request>> {
  const requests = new Map<number, Request>();
  for await (const event of readJobEvents(store, jobId)) {
    if (event.type === 'ExecutionRequested') requests.set(event.data.executionId, event);
    if (event.type === 'JobDeleted') return new Map();
  }
  return requests;
}

const SPANS = [
  [86_400_000, 'days'],
  [3_600_000, 'hours'],
  [60_000, 'minutes'],
] as const;

/** Such as `7 days`. */
function spanOf(ms: number): string {
  const [unitMs, unit] = SPANS.find(([size]) => ms % size === 0) ?? [1_000, 'seconds'];
  return `${ms / unitMs} ${unit}`;
}

/** Why it ends, of whoever is asked now: the provider of the request, unless it was handed over. */
function faultOf(first: string, { attempt, handedOver }: ExecutionState, deadlineMs: number): ExecutionFault {
  const { to: provider, after } = handedOver ?? { to: first, after: 0 };
  const how = attempt > after ? 'took it, and did not finish' : 'did not take it';
  return {
    code: 'deadline_exceeded',
    message: `Provider '${provider}' ${how} within ${spanOf(deadlineMs)}`,
  };
}

/**
 * Ends the execution, if its own stream says that it has not ended yet, and deletes what attempts have left of it but the
 * result that it ends with, if any. The end says what was spent on what is deleted. Resolves with whether it did. What a worker stores that is still at it, that
 * worker deletes once it sees the end.
 */
async function giveUp(deps: DeadlineDeps, request: Request): Promise<boolean> {
  const { jobId, uid, caller } = request;
  const { executionId, provider } = request.data;
  const known = await readExecution(deps.eventStore, { jobId, executionId }, { uid });
  if (isFinal(known.state.status)) return false;
  const { tenant, requestId } = caller;
  const options = {
    // The trace that the execution is in: that of its last event, or of its request.
    parent: known.traceparent ?? (await traceOf(deps.eventStore, request)),
    attributes: subjectAttributes({ jobId, executionId, provider, tenant, requestId }),
  };
  return inSpan('end overdue execution', options, () => giveUpKnown(deps, request, known));
}

/** Of the request, as it was stored. */
async function traceOf(store: EventStore, { jobId, revision }: Request): Promise<string | undefined> {
  const [stored] = await Array.fromAsync(store.read(jobStream(jobId), { from: revision, limit: 1 }));
  return stored && traceparentOf(stored);
}

async function giveUpKnown(
  { eventStore, objects, deadlineMs }: DeadlineDeps,
  { jobId, uid, caller, data: { executionId, provider, passwordKey } }: Request,
  known: KnownExecution,
): Promise<boolean> {
  const error = faultOf(provider, known.state, deadlineMs);
  const bought = await boughtOf(objects, { uid, executionId }, known.state);
  const command = { type: 'GiveUpExecution', error, ...bought } as const;
  try {
    const context = { uid, caller, known, traceparent: currentTraceparent() };
    const { state } = await executeOnExecution(eventStore, { jobId, executionId }, command, context);
    // The reading before that it is completed with, if it was handed over.
    const result = state.status === 'completed' ? state.best : null;
    await tidyExecution(objects, { uid, executionId, passwordKey }, result?.resultKey ?? null);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'execution_final') return false;
    throw error;
  }
}

/** Ends those of these executions of a job that are overdue. Resolves with how many. */
async function endThoseOf(
  deps: DeadlineDeps,
  jobId: number,
  views: readonly ExecutionView[],
  before: string,
  signal: AbortSignal,
): Promise<number> {
  const requests = await requestsOf(deps.eventStore, jobId);
  let ended = 0;
  for (const { id, uid } of views) {
    const request = requests.get(id);
    if (request?.uid !== uid || request.recordedAt > before) continue;
    signal.throwIfAborted();
    assertTurn(deps.mayAct);
    if (await giveUp(deps, request)) ended++;
  }
  return ended;
}

/**
 * Ends every execution that was requested longer ago than the deadline and is not final: `failed`, with
 * `deadline_exceeded`, or with the reading that there is, if it was handed over for a better one. The read model only
 * tells where to look, since it may be behind, or of a log that was lost: that the execution was requested so long ago,
 * for a job with this uid, and has not ended is proved by the streams.
 *
 * A job whose streams hold what can't be read, say an event of a later release, holds up no other one: its fault is
 * thrown at the end.
 *
 * @returns how many it ended.
 */
export async function endOverdue(deps: DeadlineDeps, now: Date, signal: AbortSignal): Promise<number> {
  const { readModel, deadlineMs, mayAct } = deps;
  const before = new Date(now.getTime() - deadlineMs).toISOString();
  let ended = 0;
  let unreadable: { readonly error: unknown } | undefined;
  // However many there are, and whichever of them never end: each page begins after the one before.
  for (
    let page = await readModel.unfinishedExecutions(before, PAGE);
    page.length > 0;
    page = await readModel.unfinishedExecutions(before, PAGE, page.at(-1))
  )
    for (const [jobId, views] of Map.groupBy(page, (view: ExecutionView) => view.jobId))
      try {
        ended += await endThoseOf(deps, jobId, views, before, signal);
      } catch (error) {
        if (signal.aborted || !mayAct() || isTransientFault(error)) throw error;
        unreadable ??= { error };
      }
  if (unreadable) throw unreadable.error;
  return ended;
}

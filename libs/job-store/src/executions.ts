import {
  decideExecution,
  type ExecutionCommand,
  type ExecutionEvent,
  type ExecutionKey,
  type ExecutionState,
  evolveExecution,
  executionStream,
  type ReadExecutions,
  type RecordedExecutionEvent,
  requestedExecution,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import {
  type Aggregate,
  type Execution,
  executeOn,
  type Known,
  type ReadState,
  readState,
} from './aggregate.ts';
import { inParallel } from './in-parallel.ts';
import { type ReadEvents, readEvents } from './read-events.ts';
import type { AppendContext } from './stored-events.ts';

/**
 * The rules of an execution of the job with this uid. Its id may have been another job's, if an older log was restored,
 * whose worker wrote on: what that one did says nothing of this execution.
 */
const executionOf = (
  uid: string | undefined,
): Aggregate<ExecutionState, ExecutionCommand, ExecutionEvent & { readonly uid?: string }> => ({
  initial: requestedExecution,
  decide: decideExecution,
  evolve: (state, event) =>
    uid === undefined || event.uid === undefined || event.uid === uid ? evolveExecution(state, event) : state,
  // Only a deletion ends an execution for good, and that has an event of its own.
  fenced: (state) => state,
});

export type KnownExecution = Known<ExecutionState>;

/** What is known of an execution of which nothing but its request was read. */
export const newExecution: KnownExecution = { state: requestedExecution, revision: null };

/** `uid`: the job's. Events of another job that had its id before are left out by it. */
export type ReadExecution = ReadState<ExecutionState> & { readonly uid?: string | undefined };

/** A requested execution as it stands. Throws as `readState` does. */
export const readExecution = (
  store: EventStore,
  key: ExecutionKey,
  { uid, ...options }: ReadExecution = {},
): Promise<KnownExecution> => readState(store, executionOf(uid), executionStream(key), options);

/** Runs a command on a requested execution. Throws as `executeOn` does. */
export const executeOnExecution = (
  store: EventStore,
  key: ExecutionKey,
  command: ExecutionCommand,
  { known, random, ...context }: AppendContext & Execution<ExecutionState>,
): Promise<KnownExecution> =>
  executeOn(store, executionOf(context.uid), executionStream(key), command, () => context, { known, random });

/** The events of an execution's own stream, upcast to today's shape. Its request is not among them: it is the job's. */
export async function* readExecutionEvents(
  store: Pick<EventStore, 'read'>,
  key: ExecutionKey,
  options: ReadEvents = {},
): AsyncGenerator<RecordedExecutionEvent> {
  yield* readEvents(store, executionStream(key), options) as AsyncGenerator<RecordedExecutionEvent>;
}

/** These executions of a job as they stand, by id. `uid` as in `ReadExecution`. */
export async function readExecutions(
  store: EventStore,
  jobId: number,
  executionIds: Iterable<number>,
  uid?: string,
): Promise<ReadExecutions & ReadonlyMap<number, ExecutionState>> {
  const states = new Map<number, ExecutionState>();
  await inParallel(executionIds, async (executionId) => {
    states.set(executionId, (await readExecution(store, { jobId, executionId }, { uid })).state);
  });
  return states;
}

/**
 * Ends executions that a deletion takes along: those that are not final are cancelled, of the others nothing is left
 * but how they had ended. Safe to repeat. Afterwards no worker can complete one any more, however late it comes.
 *
 * @returns the revision of each one's last event, by id, for `forgetExecutions`.
 */
export async function eraseExecutions(
  store: EventStore,
  jobId: number,
  executionIds: Iterable<number>,
  reason: string,
  context: AppendContext,
): Promise<ReadonlyMap<number, number>> {
  const ended = new Map<number, number>();
  await inParallel(executionIds, async (executionId) => {
    const command = { type: 'EraseExecution', reason } as const;
    const { revision } = await executeOnExecution(store, { jobId, executionId }, command, context);
    if (revision !== null) ended.set(executionId, revision);
  });
  return ended;
}

/** Forgets for good what the streams of erased executions held before their last event. */
export const forgetExecutions = (
  store: EventStore,
  jobId: number,
  ended: ReadonlyMap<number, number>,
): Promise<void> =>
  inParallel(ended, async ([executionId, revision]) => {
    if (revision > 0) await store.truncate(executionStream({ jobId, executionId }), revision);
  });

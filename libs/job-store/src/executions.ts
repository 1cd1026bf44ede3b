import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Bought,
  decideExecution,
  type ExecutionCommand,
  type ExecutionEvent,
  type ExecutionKey,
  type ExecutionState,
  evolveExecution,
  executionStream,
  isFinal,
  type ReadExecutions,
  type RecordedExecutionEvent,
  requestedExecution,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import {
  type Aggregate,
  type Execution,
  executeOn,
  type Known,
  type ReadState,
  readState,
} from './aggregate.ts';
import { boughtPages } from './bought-pages.ts';
import { inParallel } from './in-parallel.ts';
import { type ReadEvents, readEvents } from './read-events.ts';
import type { AppendContext } from './stored-events.ts';

/** How long a deletion waits for what was spent, ms. */
const SOON_MS = 1_000;

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

type Pages = Pick<ObjectStore, 'get' | 'list'>;
type Named = { readonly uid: string; readonly executionId: number };

/** What the pages of an execution say of what was spent: nothing if it has ended, or never began. */
export const boughtOf = async (
  objects: Pages,
  execution: Named,
  { status, attempt }: ExecutionState,
): Promise<Bought> =>
  isFinal(status) || attempt === 0 ? {} : { bought: await boughtPages(objects, execution) };

/** The same, or nothing if the store does not say it soon: no worker reads on because of that. Never rejects. */
const boughtSoon = (...of: Parameters<typeof boughtOf>): Promise<Bought> =>
  Promise.race([boughtOf(...of).catch(() => ({})), sleep(SOON_MS, {}, { ref: false })]);

/**
 * Ends executions that a deletion takes along: those that are not final are cancelled, of the others nothing is left
 * but how they had ended, and what was spent on them. Safe to repeat. Afterwards no worker can complete one any more,
 * however late it comes.
 *
 * @param objects where their pages are, which say what was spent on them; what is cancelled says it then.
 * @returns the revision of each one's last event, by id, for `forgetExecutions`.
 */
export async function eraseExecutions(
  store: EventStore,
  jobId: number,
  executionIds: Iterable<number>,
  reason: string,
  context: AppendContext,
  objects?: Pages,
): Promise<ReadonlyMap<number, number>> {
  const ended = new Map<number, number>();
  await inParallel(executionIds, async (executionId) => {
    const key = { jobId, executionId };
    const { uid } = context;
    const known = await readExecution(store, key, { uid });
    const bought = objects && (await boughtSoon(objects, { uid, executionId }, known.state));
    const command = { type: 'EraseExecution', reason, ...bought } as const;
    const { revision } = await executeOnExecution(store, key, command, { ...context, known });
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

import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent } from '@inkstream/domain';
import { ConcurrencyError, type EventStore, isFence, StaleReadError } from '@inkstream/event-store';
import { type AppendContext, fromStored, toStored, traceparentOf } from './stored-events.ts';

/** How often a command is decided again because somebody else wrote to the stream in between. */
const MAX_CONFLICTS = 50;
/** Longest wait before that, ms: it doubles from 1 and is random below that, so that writers who met don't meet again. */
const MAX_BACKOFF_MS = 100;

/** The rules of one kind of stream. */
export interface Aggregate<State, Command, Event extends DomainEvent> {
  readonly initial: State;
  readonly decide: (command: Command, state: State) => readonly Event[];
  readonly evolve: (state: State, event: Event) => State;
  /** What a fence in the stream means. */
  readonly fenced: (state: State) => State;
}

/** A stream's state as somebody read or wrote it last, and its last revision then, a fence's too: null if it had none. */
export interface Known<State> {
  readonly state: State;
  readonly revision: number | null;
  /** The W3C `traceparent` that the last event was appended in, if it was in any: whoever goes on links to it. */
  readonly traceparent?: string | undefined;
}

/** What is read of a stream beside what is known of it already. */
export interface ReadState<State> {
  readonly known?: Known<State> | undefined;
  /** A revision that the stream is known to have, say from a message: a read that is behind it is a `StaleReadError`. */
  readonly atLeast?: number | undefined;
}

/**
 * A stream's state as it stands. Of one that is known only what followed is read.
 *
 * @throws StaleReadError if the read is behind the revision `atLeast`.
 */
export async function readState<State, Event extends DomainEvent>(
  store: EventStore,
  { initial, evolve, fenced }: Pick<Aggregate<State, never, Event>, 'initial' | 'evolve' | 'fenced'>,
  stream: string,
  { known = { state: initial, revision: null }, atLeast }: ReadState<State> = {},
): Promise<Known<State>> {
  let { state, revision, traceparent } = known;
  for await (const stored of store.read(stream, { from: (revision ?? -1) + 1, atLeast })) {
    state = isFence(stored) ? fenced(state) : evolve(state, fromStored(stored) as unknown as Event);
    revision = stored.revision;
    traceparent = traceparentOf(stored);
  }
  // Whoever acts on what is missing deletes what there was, so no store is taken at its word for it.
  if ((revision ?? -1) < (atLeast ?? -1))
    throw new StaleReadError(`${stream} was read at ${revision}, behind ${atLeast}`);
  return { state, revision, traceparent };
}

export interface Execution<State> {
  /** Spares the read: the stream is read only if this proves out of date. */
  readonly known?: Known<State> | undefined;
  /** 0 to 1, for the backoff. */
  readonly random?: (() => number) | undefined;
}

/**
 * Decides on a command and appends the events that follow from it. If somebody else wrote to the stream in between, it
 * is decided again on what is there now, after a short random wait. Resolves with the state after it.
 *
 * @throws DomainError if the state does not allow the command; nothing is written.
 * @throws EventStoreUnavailableError if the store does not answer: the events may be written or not.
 * @throws StaleReadError if the store shows less of the stream than is known of it: a node that lags, say.
 * @throws ConcurrencyError if others wrote in between each of many times.
 */
export async function executeOn<State, Command, Event extends DomainEvent>(
  store: EventStore,
  aggregate: Aggregate<State, Command, Event>,
  stream: string,
  command: Command,
  contextOf: (state: State) => AppendContext,
  { known, random = Math.random }: Execution<State> = {},
): Promise<Known<State>> {
  const { decide, evolve } = aggregate;
  let current = known ?? (await readState(store, aggregate, stream));
  for (let conflicts = 0; ; conflicts++) {
    const { state, revision } = current;
    const events = decide(command, state);
    if (events.length === 0) return current;
    try {
      const context = contextOf(state);
      const appended = await store.append(
        stream,
        events.map((event) => toStored(stream, event, context)),
        { expected: revision ?? 'no_stream' },
      );
      const { traceparent } = context;
      return { state: events.reduce(evolve, state), revision: appended.revision, traceparent };
    } catch (error) {
      if (!(error instanceof ConcurrencyError) || conflicts >= MAX_CONFLICTS) throw error;
      const { actual } = error;
      // Never decided on less than is known: a state that lacks its latest events refuses what it should allow.
      if (revision !== null && (actual ?? -1) < revision)
        throw new StaleReadError(`${stream} was read at ${revision}, and is said to be at ${actual}`, {
          cause: error,
        });
      if (conflicts > 0) await sleep(random() * Math.min(MAX_BACKOFF_MS, 2 ** conflicts));
      current = await readState(store, aggregate, stream, { known: current, atLeast: actual ?? undefined });
    }
  }
}

/** A JSON value: what events and their metadata may hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An event that is to be appended. `id` is a UUID: the same id again is the same event. */
export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

/**
 * A place in the log of all streams. Opaque, but the strings compare in the order of the log: `a < b` means earlier.
 * Positions have gaps, so they can't be counted.
 */
export type Position = string;

/** An event as it is stored. `revision` counts from 0 within its stream; `recordedAt` is ISO 8601 UTC. */
export interface RecordedEvent extends EventToAppend {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly recordedAt: string;
}

/**
 * What the writer expects of the stream: anything, that it does not exist (or holds nothing any more), or
 * that its last event has this revision.
 */
export type ExpectedRevision = 'any' | 'no_stream' | number;

export interface AppendOptions {
  readonly expected: ExpectedRevision;
  readonly signal?: AbortSignal;
}

export interface ReadOptions {
  /** The first revision to return, included. Forwards from the start of the stream, backwards from its end. */
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  /** At most this many events. */
  readonly limit?: number;
  /**
   * A revision that the caller knows the stream to have, say from a message: a read that ends before it is a
   * `StaleReadError` instead of a short result. If the stream's events up to it were all truncated, it always is.
   */
  readonly atLeast?: number | undefined;
  readonly signal?: AbortSignal;
}

export interface SubscribeOptions {
  /** Only streams whose name starts with this. */
  readonly streamPrefix?: string;
  /** Everything after this position; the whole log when it is absent. */
  readonly after?: Position | undefined;
  /** Ends the subscription: the iteration completes without an error. */
  readonly signal: AbortSignal;
}

/**
 * One step of a subscription. A step without an event is a checkpoint: everything up to `position` has been
 * considered. The first step with `caughtUp` comes once everything has been returned that was in the log when the
 * subscription was made; later ones mean that nothing more has come for the moment.
 */
export interface SubscriptionStep {
  readonly position: Position;
  readonly event?: RecordedEvent;
  readonly caughtUp?: boolean;
}

/** Where an append ends. */
export interface Appended {
  /** The revision of its last event. */
  readonly revision: number;
  /** The position of its last event; undefined if it is a repetition and that event was truncated meanwhile. */
  readonly position: Position | undefined;
}

/**
 * The log of what happened: streams of events, append only.
 *
 * Promises, which `eventStoreContract` tests on every adapter:
 * - `append` is atomic and durable once it resolves, and its events follow each other in the stream.
 * - A wrong expectation is a `ConcurrencyError`, and nothing is written.
 * - An append repeated with the same ids and the same expectation succeeds, writes nothing and returns the
 *   original revision.
 * - `subscribe` returns every event of the log once, in log order, first those that are there, then live ones;
 *   it reads no faster than the caller iterates, and survives a restart of the store.
 * - Faults of the store are `EventStoreUnavailableError`, whose `transient` is true.
 */
export interface EventStore {
  /** Appends events (one or more) to a stream. */
  append(stream: string, events: readonly EventToAppend[], options: AppendOptions): Promise<Appended>;
  /**
   * The events of a stream; none if it does not exist. Truncated events are not returned. No reader may conclude
   * anything from absence: see `atLeast` and `proveUnchanged`.
   */
  read(stream: string, options?: ReadOptions): AsyncIterable<RecordedEvent>;
  /**
   * The log of all streams, catching up and then live.
   *
   * @throws InvalidPositionError if `after` is not a position of this log.
   * @throws PositionBeyondEndError if the log ends before `after`.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionStep>;
  /** Forgets the events of a stream before this revision for good. Numbering goes on. */
  truncate(stream: string, beforeRevision: number): Promise<void>;
  /** Rejects with `EventStoreUnavailableError` if an append would not go through now. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

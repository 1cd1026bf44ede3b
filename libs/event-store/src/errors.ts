import type { ExpectedRevision } from './event-store.ts';

/** The stream is not at the revision that the writer expected. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** The revision of the stream's last event, null if it has none. */
  readonly actual: number | null;

  constructor(stream: string, expected: ExpectedRevision, actual: number | null) {
    super(`Stream ${stream} is at ${actual ?? 'no revision'}, expected ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The store does not answer; the same call may succeed later. */
export class EventStoreUnavailableError extends Error {
  override readonly name: string = 'EventStoreUnavailableError';
  readonly transient = true;
}

/**
 * There is no room for what should be written, in the folder of this process. Reads and subscriptions go on; the same
 * append may succeed later.
 */
export class EventStoreFullError extends EventStoreUnavailableError {
  override readonly name = 'EventStoreFullError';
  readonly full = 'folder';
}

/** The append can never be stored: too large, not serialisable, or a bad stream name. */
export class InvalidAppendError extends Error {
  override readonly name = 'InvalidAppendError';
}

/** What a service may need of an event store: to read streams, to append, to subscribe to all, to truncate. */
export type Right = 'read' | 'append' | 'subscribe' | 'truncate';

/**
 * The store answers, and refuses: the password, the certificate or a right is wrong. It is not transient, so a start
 * ends with it; at run time the replica is unready until the right is granted. The message is a sentence for operators
 * and holds no secret.
 */
export class EventStoreRefusedError extends Error {
  override readonly name = 'EventStoreRefusedError';
  readonly transient = false;
  /** What was refused: `connect`, `sign in`, a `Right`, or the call of an operator. */
  readonly right: string;

  constructor(right: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.right = right;
  }
}

/**
 * A read is behind what its caller knows to be there, which may happen at a node that lags or was cut off. The same
 * read may succeed later; if it never does, `proveUnchanged` finds out whether the event is gone.
 */
export class StaleReadError extends Error {
  override readonly name = 'StaleReadError';
  readonly transient = true;
}

/** The position does not belong to this store's log: a subscription after it can never begin. */
export class InvalidPositionError extends Error {
  override readonly name = 'InvalidPositionError';
}

/**
 * The position lies beyond the end of the log, so the log is not the one that it came from: an older backup was
 * restored. A subscription after it would silently leave out what comes from now on.
 */
export class PositionBeyondEndError extends Error {
  override readonly name = 'PositionBeyondEndError';
}

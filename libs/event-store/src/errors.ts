import type { ExpectedRevision } from './event-store.ts';

/** The stream is not where the writer believed it to be. */
export class ConcurrencyError extends Error {
  override readonly name = 'ConcurrencyError';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** The revision of the stream's last event, null where it has none. */
  readonly actual: number | null;

  constructor(stream: string, expected: ExpectedRevision, actual: number | null) {
    super(`Stream ${stream} is at ${actual ?? 'no revision'}, expected ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The engine does not answer; the same call may succeed later. */
export class EventStoreUnavailableError extends Error {
  override readonly name = 'EventStoreUnavailableError';
  readonly transient = true;
}

/** The append can never be stored: too large, not serialisable, or a bad stream name. */
export class InvalidAppendError extends Error {
  override readonly name = 'InvalidAppendError';
}

/**
 * A read is behind what its caller knows to be there, as that of a node that lags or was cut off may be. The same read
 * may succeed later; if it never does, `proveUnchanged` tells whether the event is gone.
 */
export class StaleReadError extends Error {
  override readonly name = 'StaleReadError';
  readonly transient = true;
}

/** The position is none of this store's log: a subscription after it can never begin. */
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

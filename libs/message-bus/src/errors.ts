/** The broker does not answer; the same call may succeed later. */
export class MessageBusUnavailableError extends Error {
  override readonly name: string = 'MessageBusUnavailableError';
  readonly transient = true;
}

/**
 * There is no room for what should be written, in the folder of this process. What is there is delivered; the same
 * publish may succeed later.
 */
export class MessageBusFullError extends MessageBusUnavailableError {
  override readonly name = 'MessageBusFullError';
  readonly full = 'folder';
}

/** The topic was never created with `ensureTopics`. */
export class UnknownTopicError extends Error {
  override readonly name = 'UnknownTopicError';

  constructor(topic: string) {
    super(`Topic ${topic} does not exist`);
  }
}

/** A message that no retry can save: the consumer sends it to the dead letters at once. */
export class PoisonMessageError extends Error {
  override readonly name: string = 'PoisonMessageError';
  /** The reason in the dead letter's `x-reason` header, one word. */
  readonly reason: string;

  constructor(message: string, { reason = 'poison', ...options }: ErrorOptions & { reason?: string } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * What a handler throws for a message of a later release than its own. The message comes again with the usual backoff
 * for as long as it takes, counts against no `maxDeliveries` and never goes to the dead letters: an upgraded consumer
 * takes it. `MessageBus.status` says how many wait.
 */
export class LaterReleaseError extends Error {
  override readonly name: string = 'LaterReleaseError';
  readonly laterRelease = true;
}

/**
 * What a handler throws for a message whose time has not come, such as a retry that waits. The message is parked: it
 * occupies no slot, and comes again after `afterMs` as if it had not been delivered now.
 */
export class DeliverLaterError extends Error {
  override readonly name = 'DeliverLaterError';
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`The message is to be delivered in ${afterMs} ms`);
    this.afterMs = afterMs;
  }
}

/** The reason of a handler's signal: why the message in flight is no longer this consumer's. */
export class DeliveryRevokedError extends Error {
  override readonly name = 'DeliveryRevokedError';
  /** `closing`: the consumer was told to close, nothing failed. `reassigned`: another consumer has the message now. */
  readonly why: 'closing' | 'reassigned';

  constructor(why: 'closing' | 'reassigned') {
    super(why === 'closing' ? 'The consumer is closing' : 'Another consumer has this message now');
    this.why = why;
  }
}

/** Whether an error has this property, whoever threw it: the domain knows its own versions, and no bus. */
export const isLaterRelease = (error: unknown): error is Error =>
  error instanceof Error && 'laterRelease' in error && error.laterRelease === true;

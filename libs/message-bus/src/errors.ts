/** The engine does not answer; the same call may succeed later. */
export class MessageBusUnavailableError extends Error {
  override readonly name: string = 'MessageBusUnavailableError';
  readonly transient = true;
}

/** There is no room for what should be written, in the folder of this process. What is there is delivered; the same publish may succeed later. */
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

/** A message that no repetition can save: the consumer sends it to the dead letters at once. */
export class PoisonMessageError extends Error {
  override readonly name: string = 'PoisonMessageError';
  /** What the dead letter says of it in `x-reason`, in one word. */
  readonly reason: string;

  constructor(message: string, { reason = 'poison', ...options }: ErrorOptions & { reason?: string } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

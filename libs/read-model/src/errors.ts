/** The engine does not answer; the same call may succeed later. */
export class ReadModelUnavailableError extends Error {
  override readonly name: string = 'ReadModelUnavailableError';
  readonly transient = true;
}

/** There is no room for what should be written. Reads go on; the same write may succeed later. */
export class ReadModelFullError extends ReadModelUnavailableError {
  override readonly name = 'ReadModelFullError';
  readonly full: 'folder' | 'server';

  constructor(full: 'folder' | 'server', message: string, options?: ErrorOptions) {
    super(message, options);
    this.full = full;
  }
}

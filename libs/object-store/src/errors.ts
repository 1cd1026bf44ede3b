/** There is no object under this key. */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  readonly key: string;

  constructor(key: string) {
    super(`No object under ${key}`);
    this.key = key;
  }
}

/** Not a key that this store takes. */
export class InvalidKeyError extends Error {
  override readonly name = 'InvalidKeyError';

  constructor(key: string) {
    super(`Not a valid object key: ${JSON.stringify(key)}`);
  }
}

/** The store does not answer; the same call may succeed later. */
export class ObjectStoreUnavailableError extends Error {
  override readonly name: string = 'ObjectStoreUnavailableError';
  readonly transient = true;
}

/**
 * There is no room for what should be stored, in the folder of this process or on a server. Reads go on, and deletions,
 * which make room; the same put may succeed later.
 */
export class ObjectStoreFullError extends ObjectStoreUnavailableError {
  override readonly name = 'ObjectStoreFullError';
  readonly full: 'folder' | 'server';

  constructor(full: 'folder' | 'server', message: string, options?: ErrorOptions) {
    super(message, options);
    this.full = full;
  }
}

/** So many bytes are held already that this call would have had to wait too long (see `ByteBudget`). */
export class ObjectStoreBusyError extends ObjectStoreUnavailableError {
  override readonly name = 'ObjectStoreBusyError';
  readonly busy = true;

  constructor() {
    super('Too many bytes are in flight');
  }
}

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

/** The engine does not answer, or has no room; the same call may succeed later. */
export class ObjectStoreUnavailableError extends Error {
  override readonly name = 'ObjectStoreUnavailableError';
  readonly transient = true;
}

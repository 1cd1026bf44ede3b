import { InvalidKeyError } from './errors.ts';

/** S3 takes keys of up to 1024 bytes, file systems names of up to 255. */
const MAX_KEY_LENGTH = 1024;
const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,254})*$/;

/** @throws InvalidKeyError if this is not a key (see `ObjectStore`). */
export function assertKey(key: string): void {
  if (key.length > MAX_KEY_LENGTH || !KEY.test(key)) throw new InvalidKeyError(key);
}

/** @throws InvalidKeyError if this is neither empty nor a key with `/` after it. */
export function assertPrefix(prefix: string): void {
  if (prefix === '') return;
  if (!prefix.endsWith('/')) throw new InvalidKeyError(prefix);
  assertKey(prefix.slice(0, -1));
}

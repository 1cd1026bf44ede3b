export { InvalidKeyError, ObjectNotFoundError, ObjectStoreUnavailableError } from './errors.ts';
export type * from './object-store.ts';

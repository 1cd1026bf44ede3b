export {
  InvalidKeyError,
  ObjectNotFoundError,
  ObjectStoreFullError,
  ObjectStoreUnavailableError,
} from './errors.ts';
export { assertKey, assertPrefix } from './keys.ts';
export type * from './object-store.ts';

export { ByteBudget } from './byte-budget.ts';
export {
  InvalidKeyError,
  ObjectNotFoundError,
  ObjectStoreBusyError,
  ObjectStoreFullError,
  ObjectStoreUnavailableError,
} from './errors.ts';
export { assertKey, assertPrefix } from './keys.ts';
export type * from './object-store.ts';
export { withByteBudget } from './with-byte-budget.ts';

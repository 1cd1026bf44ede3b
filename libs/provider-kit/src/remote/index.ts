export { defaultRetryPolicy, type RetryPolicy } from '../retry-policy.ts';
export {
  NoSuchRequestError,
  RemoteAttempts,
  type RequestName,
  type Standing,
} from './remote-attempts.ts';
export { type SaidOfPage, UnfitError } from './said-of-page.ts';

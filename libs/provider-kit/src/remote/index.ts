export { defaultRetryPolicy, type RetryPolicy } from '../retry-policy.ts';
export { NoSuchRequestError, type RequestName } from './asked-request.ts';
export { RemoteAttempts, type Standing } from './remote-attempts.ts';
export { type SaidOfPage, UnfitError } from './said-of-page.ts';

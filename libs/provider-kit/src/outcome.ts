import { isProviderWide } from '@inkstream/domain';
import type { StorableResult } from './complete-result.ts';
import type { AttemptFault } from './provider-error.ts';

/**
 * What became of a document that an engine was asked to read: plain data, so that it crosses threads whole. `hung`: a
 * remote provider used up the time limit without a sign of life. `cause` is for the log.
 */
export type Outcome =
  | { readonly kind: 'read'; readonly result: StorableResult }
  | { readonly kind: 'failed'; readonly fault: AttemptFault; readonly cause?: string }
  | { readonly kind: 'hung'; readonly fault: AttemptFault };

export const workerLost: AttemptFault = {
  code: 'worker_lost',
  message: 'The worker died while it read this document',
};

/** An engine that can't be loaded is a provider that is down: no document is at fault. */
export const notLoaded: AttemptFault = {
  code: 'provider_unavailable',
  message: 'The engine could not be loaded',
};

/** What an outcome says of the provider as a whole. */
export type Sign = { readonly kind: 'up' } | { readonly kind: 'none' } | DownSign;
export type DownSign = { readonly kind: 'down' | 'hung'; readonly fault: AttemptFault };

const none: Sign = { kind: 'none' };

/** An answer about the document is a sign of life; a fault of ours, or a document that was not even there, says nothing. */
export function signOf(outcome: Outcome | undefined): Sign {
  if (!outcome) return none;
  if (outcome.kind === 'read') return { kind: 'up' };
  const { kind, fault } = outcome;
  if (kind === 'hung') return { kind, fault };
  if (isProviderWide(fault.code)) return { kind: 'down', fault };
  switch (fault.code) {
    case 'timeout':
    case 'worker_lost':
    case 'internal_error':
    case 'document_missing':
      return none;
    default:
      return { kind: 'up' };
  }
}

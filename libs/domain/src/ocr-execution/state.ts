import { isProviderWide } from './errors.ts';
import type { ExecutionEvent } from './events.ts';
import { type ExecutionStatus, isFinal } from './status.ts';

/** All that a decision needs to know of an execution that was requested. */
export type ExecutionState = {
  readonly status: ExecutionStatus;
  /** The latest attempt, 0 before the first. */
  readonly attempt: number;
  /** How many of them were lost: their worker died, and another one took over. */
  readonly lost: number;
  /** How many of them their worker gave back when it stopped. */
  readonly released: number;
  /** How many of them used up a time limit, and were tried again. */
  readonly timeouts: number;
  /** How many of them met a provider that was down as a whole, and were tried again. */
  readonly unavailable: number;
  /** ISO 8601 UTC, while a retry waits for its time. */
  readonly notBefore: string | null;
  /** How long it was meant to wait when that was planned, ms, if the event says so. */
  readonly delayMs: number | null;
  /** Its file is deleted: nothing is left but its status. */
  readonly erased: boolean;
};

export const requestedExecution: ExecutionState = {
  status: 'pending',
  attempt: 0,
  lost: 0,
  released: 0,
  timeouts: 0,
  unavailable: 0,
  notBefore: null,
  delayMs: null,
  erased: false,
};

/** The execution after an event. Total: an event that makes no sense in this state changes nothing. */
export function evolveExecution(state: ExecutionState, event: ExecutionEvent): ExecutionState {
  if (event.type === 'ExecutionErased') {
    const { status, attempt } = event.data;
    return { ...state, status, attempt, notBefore: null, delayMs: null, erased: true };
  }
  if (isFinal(state.status)) return state;
  const attempt = Math.max(state.attempt, event.data.attempt);
  const next = { ...state, attempt, notBefore: null, delayMs: null };
  switch (event.type) {
    case 'ExecutionStarted':
      return { ...next, status: 'running', lost: state.lost + (state.status === 'running' ? 1 : 0) };
    case 'ExecutionReleased':
      return { ...next, status: 'pending', released: state.released + 1 };
    case 'ExecutionRetryScheduled': {
      const { error, notBefore, delayMs = null } = event.data;
      const timeouts = state.timeouts + (error.code === 'timeout' ? 1 : 0);
      const unavailable = state.unavailable + (isProviderWide(error.code) ? 1 : 0);
      return { ...next, status: 'pending', timeouts, unavailable, notBefore, delayMs };
    }
    case 'ExecutionCompleted':
      return { ...next, status: 'completed' };
    case 'ExecutionFailed':
      return { ...next, status: 'failed' };
    case 'ExecutionCancelled':
      return { ...next, status: 'cancelled' };
    default:
      return event satisfies never;
  }
}

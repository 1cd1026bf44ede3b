import { isProviderWide } from './errors.ts';
import type { ExecutionEvent, ExecutionHandedOver, Reading, Spent } from './events.ts';
import { addSpent } from './spent.ts';
import { type ExecutionStatus, isFinal } from './status.ts';

/** A reading before the latest one, and how much is wrong with it. */
export type EarlierReading = Reading & { readonly attempt: number; readonly shortcomings: number };

/** All that a decision needs to know of an execution that was requested. */
export type ExecutionState = {
  readonly status: ExecutionStatus;
  /** The latest attempt, 0 before the first. */
  readonly attempt: number;
  /** Who is asked now, and the last attempt of those who were asked before; null while it is the first provider. */
  readonly handedOver: { readonly to: string; readonly after: number } | null;
  /** The best of the readings that were not good enough. */
  readonly best: EarlierReading | null;
  /** How many attempts of the provider that is asked now were lost: their worker died, and another one took over. */
  readonly lost: number;
  /** How many of them their worker gave back when it stopped. */
  readonly released: number;
  /** How many of them used up a time limit, and were tried again. */
  readonly timeouts: number;
  /** How many of them met a provider that was down as a whole, and were tried again. */
  readonly unavailable: number;
  /** What all attempts spent, as far as their ends say. */
  readonly spent: Spent;
  /** The attempts that ended without a word of what they spent: lost with their worker, or given back by it. */
  readonly unsettled: readonly number[];
  /** ISO 8601 UTC, while a retry waits for its time. */
  readonly notBefore: string | null;
  /** Its file is deleted: nothing is left but its status. */
  readonly erased: boolean;
};

export const requestedExecution: ExecutionState = {
  status: 'pending',
  attempt: 0,
  handedOver: null,
  best: null,
  lost: 0,
  released: 0,
  timeouts: 0,
  unavailable: 0,
  spent: {},
  unsettled: [],
  notBefore: null,
  erased: false,
};

/** Whether nobody has said what the attempt spent: it goes on, was lost with its worker, or was given back by it. */
export const isUnsettled = ({ unsettled, status, attempt: last }: ExecutionState, attempt: number): boolean =>
  unsettled.includes(attempt) || (status === 'running' && attempt === last);

const spentOf = ({ usage, cost }: Spent): Spent => ({ ...(usage && { usage }), ...(cost && { cost }) });

/** What all attempts spent, as the event says; of an earlier release's event, as it was known before. */
const totalOf = (data: Spent, { spent }: ExecutionState): Spent =>
  data.usage || data.cost ? spentOf(data) : spent;

/** The better reading of the two: that with fewer shortcomings, of equals the later one. */
function bestOf(best: EarlierReading | null, { attempt, because, reading }: ExecutionHandedOver) {
  const shortcomings = because.length;
  return !reading || (best && best.shortcomings < shortcomings)
    ? best
    : { ...reading, attempt, shortcomings };
}

/** The execution after an event. Total: an event that makes no sense in this state changes nothing. */
export function evolveExecution(state: ExecutionState, event: ExecutionEvent): ExecutionState {
  if (event.type === 'ExecutionErased') {
    const { status, attempt } = event.data;
    return { ...state, status, attempt, spent: totalOf(event.data, state), notBefore: null, erased: true };
  }
  if (isFinal(state.status)) return state;
  const attempt = Math.max(state.attempt, event.data.attempt);
  const next = { ...state, attempt, notBefore: null };
  switch (event.type) {
    case 'ExecutionStarted': {
      const lost = state.status === 'running' ? [state.attempt] : [];
      const unsettled = [...state.unsettled, ...lost];
      return { ...next, status: 'running', lost: state.lost + lost.length, unsettled };
    }
    case 'ExecutionReleased': {
      const unsettled = [...state.unsettled, event.data.attempt];
      return { ...next, status: 'pending', released: state.released + 1, unsettled };
    }
    case 'ExecutionRetryScheduled': {
      const { error, notBefore } = event.data;
      const timeouts = state.timeouts + (error.code === 'timeout' ? 1 : 0);
      const unavailable = state.unavailable + (isProviderWide(error.code) ? 1 : 0);
      const spent = addSpent(state.spent, spentOf(event.data));
      return { ...next, status: 'pending', timeouts, unavailable, spent, notBefore };
    }
    case 'ExecutionHandedOver': {
      const { lost, released, timeouts, unavailable, unsettled } = requestedExecution;
      const ofNobody = { lost, released, timeouts, unavailable, unsettled };
      const handedOver = { to: event.data.to, after: attempt };
      const spent = addSpent(state.spent, spentOf(event.data));
      const best = bestOf(state.best, event.data);
      return { ...next, ...ofNobody, status: 'pending', handedOver, best, spent };
    }
    case 'ExecutionCompleted':
      return { ...next, status: 'completed', spent: addSpent(state.spent, spentOf(event.data)) };
    case 'ExecutionFailed':
      return { ...next, status: 'failed', spent: addSpent(state.spent, spentOf(event.data)) };
    case 'ExecutionCancelled':
      return { ...next, status: 'cancelled', spent: totalOf(event.data, state) };
    default:
      return event satisfies never;
  }
}

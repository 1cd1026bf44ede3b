import { DomainError } from '../domain-error.ts';
import type { Bought, ExecutionCommand } from './commands.ts';
import type { ExecutionCompleted, ExecutionEvent, ExecutionFailed, Spent } from './events.ts';
import { addSpent } from './spent.ts';
import { type ExecutionState, isUnsettled } from './state.ts';
import { isFinal } from './status.ts';

function assertUnfinished({ status }: ExecutionState): void {
  if (isFinal(status)) throw new DomainError('execution_final', `The execution is ${status} already`);
}

/** Only the latest attempt may say how it ended, an older one was superseded. */
function assertRunning(state: ExecutionState, attempt: number): void {
  assertUnfinished(state);
  if (state.status !== 'running' || state.attempt !== attempt)
    throw new DomainError('stale_attempt', `Attempt ${attempt} is not the running one`);
}

/** What was spent by attempts that have not said so. */
const unsettled = (state: ExecutionState, { bought = new Map() }: Bought): Spent =>
  [...bought]
    .flatMap(([attempt, spent]) => (isUnsettled(state, attempt) ? [spent] : []))
    .reduce<Spent>(addSpent, {});

/** The last attempt of providers that were asked before; 0 if it was never handed over. */
const handedOverAfter = ({ handedOver }: ExecutionState): number => handedOver?.after ?? 0;

/** What is completed with a reading before: `despite` what became of the provider that was asked for a better one. */
function completedBefore(
  { best }: ExecutionState,
  { attempt, usage, cost, despite }: Pick<ExecutionCompleted, 'attempt' | 'usage' | 'cost' | 'despite'>,
): ExecutionEvent | null {
  if (!best) return null;
  const { shortcomings: _, attempt: readIn, ...reading } = best;
  const spent = { ...(usage && { usage }), ...(cost && { cost }) };
  return {
    type: 'ExecutionCompleted',
    data: { attempt, ...reading, readIn, ...(despite && { despite }), ...spent },
  };
}

/** The end without a further reading: with the best one before, if there is any. */
const ended = (state: ExecutionState, data: ExecutionFailed): ExecutionEvent =>
  completedBefore(state, { ...data, despite: data.error }) ?? { type: 'ExecutionFailed', data };

const cancelled = (state: ExecutionState, command: Bought & { readonly reason: string }): ExecutionEvent => ({
  type: 'ExecutionCancelled',
  data: {
    ...addSpent(state.spent, unsettled(state, command)),
    attempt: state.attempt,
    reason: command.reason,
  },
});

/**
 * The events that a command on a requested execution leads to; none if it has come true already.
 *
 * @throws DomainError if the execution's state does not allow the command; then nothing happens.
 */
export function decideExecution(command: ExecutionCommand, state: ExecutionState): ExecutionEvent[] {
  switch (command.type) {
    case 'StartExecution': {
      const { type: _, after = 0, ...data } = command;
      assertUnfinished(state);
      // Whoever handed it over is not asked any more, whatever it knew of the execution.
      if (after !== handedOverAfter(state))
        throw new DomainError('stale_attempt', 'The execution is asked of another provider');
      if (data.attempt !== state.attempt + 1)
        throw new DomainError(
          'stale_attempt',
          `Attempt ${data.attempt} does not follow attempt ${state.attempt}`,
        );
      return [{ type: 'ExecutionStarted', data }];
    }
    case 'ReleaseExecution':
      assertRunning(state, command.attempt);
      return [{ type: 'ExecutionReleased', data: { attempt: command.attempt } }];
    case 'ScheduleRetry': {
      const { type: _, ...data } = command;
      assertRunning(state, data.attempt);
      return [{ type: 'ExecutionRetryScheduled', data }];
    }
    case 'HandOverExecution': {
      const { type: _, ...data } = command;
      assertUnfinished(state);
      if (data.attempt !== state.attempt || data.attempt <= handedOverAfter(state))
        throw new DomainError('stale_attempt', `Attempt ${data.attempt} is not the latest of its provider`);
      return [{ type: 'ExecutionHandedOver', data }];
    }
    case 'CompleteExecution': {
      const { type: _, shortcomings = 0, ...data } = command;
      assertUnfinished(state);
      // The result of an earlier attempt counts too: work that is done is not thrown away.
      if (data.attempt > state.attempt || data.attempt < 1)
        throw new DomainError('stale_attempt', `Attempt ${data.attempt} never started`);
      const better = (state.best?.shortcomings ?? 0) < shortcomings ? completedBefore(state, data) : null;
      if (better) return [better];
      return [{ type: 'ExecutionCompleted', data }];
    }
    case 'FailExecution': {
      const { type: _, ...data } = command;
      assertRunning(state, data.attempt);
      return [ended(state, data)];
    }
    case 'GiveUpExecution': {
      const { error } = command;
      assertUnfinished(state);
      const spent = addSpent(command, unsettled(state, command));
      return [ended(state, { error, ...spent, attempt: state.attempt })];
    }
    case 'CancelExecution':
      assertUnfinished(state);
      return [cancelled(state, command)];
    case 'EraseExecution': {
      const { status, attempt, erased, spent } = state;
      if (!isFinal(status)) return [cancelled(state, command)];
      if (erased || status === 'cancelled') return [];
      return [{ type: 'ExecutionErased', data: { ...spent, attempt, status } }];
    }
    default:
      return command satisfies never;
  }
}

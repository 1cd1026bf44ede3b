import { DomainError } from '../domain-error.ts';
import type { Bought, ExecutionCommand } from './commands.ts';
import type { ExecutionEvent, Spent } from './events.ts';
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
      const { type: _, ...data } = command;
      assertUnfinished(state);
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
    case 'CompleteExecution': {
      const { type: _, ...data } = command;
      assertUnfinished(state);
      // The result of an earlier attempt counts too: work that is done is not thrown away.
      if (data.attempt > state.attempt || data.attempt < 1)
        throw new DomainError('stale_attempt', `Attempt ${data.attempt} never started`);
      return [{ type: 'ExecutionCompleted', data }];
    }
    case 'FailExecution': {
      const { type: _, ...data } = command;
      assertRunning(state, data.attempt);
      return [{ type: 'ExecutionFailed', data }];
    }
    case 'GiveUpExecution': {
      const { error } = command;
      assertUnfinished(state);
      const spent = addSpent(command, unsettled(state, command));
      return [{ type: 'ExecutionFailed', data: { error, ...spent, attempt: state.attempt } }];
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

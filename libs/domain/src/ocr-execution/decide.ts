import { DomainError } from '../domain-error.ts';
import type { ExecutionCommand } from './commands.ts';
import type { ExecutionEvent } from './events.ts';
import type { ExecutionState } from './state.ts';
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

const cancelled = ({ attempt, spent }: ExecutionState, reason: string): ExecutionEvent => ({
  type: 'ExecutionCancelled',
  data: { ...spent, attempt, reason },
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
      const { type: _, ...givenUp } = command;
      assertUnfinished(state);
      return [{ type: 'ExecutionFailed', data: { ...givenUp, attempt: state.attempt } }];
    }
    case 'CancelExecution':
      assertUnfinished(state);
      return [cancelled(state, command.reason)];
    case 'EraseExecution': {
      const { status, attempt, erased, spent } = state;
      if (!isFinal(status)) return [cancelled(state, command.reason)];
      if (erased || status === 'cancelled') return [];
      return [{ type: 'ExecutionErased', data: { ...spent, attempt, status } }];
    }
    default:
      return command satisfies never;
  }
}

import { describe, it } from 'vitest';
import type { ExecutionCommand } from './commands.ts';
import type { ExecutionEvent, Spent } from './events.ts';
import {
  cancel,
  cancelled,
  complete,
  completed,
  erase,
  erased,
  fail,
  failed,
  given,
  giveUp,
  release,
  released,
  result,
  retry,
  retryScheduled,
  start,
  started,
} from './spec-support/given.ts';

describe('what follows from a command on an execution', () => {
  it('StartExecution begins the first attempt, the one after a retry or a release, and the one after a crash', () => {
    given().when(start()).follows(started());
    given(started(), retryScheduled()).when(start(2)).follows(started(2));
    given(started(), released()).when(start(2)).follows(started(2));
    given(started()).when(start(2)).follows(started(2));
  });

  it('ScheduleRetry, ReleaseExecution, FailExecution and CompleteExecution end the running attempt', () => {
    given(started()).when(retry()).follows(retryScheduled());
    given(started()).when(release()).follows(released());
    given(started()).when(fail()).follows(failed());
    given(started()).when(complete()).follows(completed());
  });

  it('CompleteExecution takes the result of an earlier attempt too: work that is done is not thrown away', () => {
    given(started(), started(2)).when(complete()).follows(completed());
    given(started(), retryScheduled()).when(complete()).follows(completed());
    given(started(), released()).when(complete()).follows(completed());
  });

  it('GiveUpExecution and CancelExecution end it in whatever state it is', () => {
    for (const past of [[], [started()], [started(), retryScheduled()], [started(), released()]]) {
      const attempt = past.length > 0 ? 1 : 0;
      given(...past)
        .when(giveUp)
        .follows(failed(attempt));
      given(...past)
        .when(cancel)
        .follows(cancelled(attempt));
    }
  });

  it('what ends it from outside says what attempts have spent that could not say so, and no other', () => {
    const page = { usage: { pages: 1 }, cost: { amount: '0.01', currency: 'USD' } };
    const bought = new Map([1, 2, 3].map((attempt) => [attempt, page]));
    const two = { usage: { pages: 2 }, cost: { amount: '0.02', currency: 'USD' } };
    const spent = (event: ExecutionEvent, what: Spent) => ({ ...event, data: { ...event.data, ...what } });
    // The first has said it, the second was lost, the third goes on.
    const past = [started(), spent(retryScheduled(), page), started(2), started(3)] as ExecutionEvent[];
    const three = { usage: { pages: 3 }, cost: { amount: '0.03', currency: 'USD' } };
    for (const command of [cancel, erase])
      given(...past)
        .when({ ...command, bought } as ExecutionCommand)
        .follows(spent(cancelled(3), three) as ExecutionEvent);
    given(...past)
      .when({ ...giveUp, bought } as ExecutionCommand)
      .follows(spent(failed(3), two) as ExecutionEvent);
  });

  it('EraseExecution cancels what is not final', () => {
    given().when(erase).follows(cancelled(0));
    given(started(), retryScheduled()).when(erase).follows(cancelled());
  });

  it('EraseExecution leaves only how a final one had ended, and nothing more to do the second time', () => {
    const { usage, cost } = result;
    const left = { type: 'ExecutionErased', data: { attempt: 1, status: 'completed', usage, cost } } as const;
    given(started(), completed())
      .when(erase)
      .follows(left as ExecutionEvent);
    given(started(), failed()).when(erase).follows(erased('failed'));
    given(started(), cancelled()).when(erase).follows();
    given(started(), completed(), erased('completed')).when(erase).follows();
    given(erased('failed', 3)).when(erase).follows();
  });
});

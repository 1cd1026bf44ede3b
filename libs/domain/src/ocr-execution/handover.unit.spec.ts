import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from './events.ts';
import {
  cancelled,
  complete,
  completed,
  erase,
  fail,
  failed,
  fault,
  given,
  giveUp,
  handedOver,
  handOver,
  readingOf,
  release,
  released,
  result,
  retry,
  retryScheduled,
  start,
  started,
} from './spec-support/given.ts';
import { evolveExecution, requestedExecution } from './state.ts';

/** The end with the reading of an attempt before. */
const completedBefore = (attempt: number, readIn: number, rest: object): ExecutionEvent => ({
  type: 'ExecutionCompleted',
  data: { attempt, ...readingOf(readIn), readIn, ...rest },
});
const after = (...events: ExecutionEvent[]) => events.reduce(evolveExecution, requestedExecution);
const { usage, cost } = result;

describe('an execution that is handed over', () => {
  it('goes on with the next provider, whose attempts follow', () => {
    given(started()).when(handOver()).follows(handedOver());
    given(started(), started(2)).when(handOver(2)).follows(handedOver(2));
    given(started(), handedOver())
      .when(start(2, 1))

      .follows(started(2));
    given(started(), handedOver(), started(2)).when(handOver(2)).follows(handedOver(2));
  });

  it('is handed over too once its worker died or gave it back: the attempt was the latest', () => {
    given(started(), released()).when(handOver()).follows(handedOver());
    given(started(), retryScheduled()).when(handOver()).follows(handedOver());
  });

  it('is begun by nobody who was asked before, whatever they knew of it', () => {
    given(started(), handedOver()).when(start(2)).refused('stale_attempt');
    given(started(), handedOver(), started(2), handedOver(2)).when(start(3, 1)).refused('stale_attempt');
    given(started()).when(start(2, 1)).refused('stale_attempt');
  });

  it('is ended or put off by no attempt of those who were asked before', () => {
    for (const command of [fail(), retry(), release(), handOver()]) {
      given(started(), handedOver()).when(command).refused('stale_attempt');
      given(started(), handedOver(), started(2)).when(command).refused('stale_attempt');
    }
  });

  it('completes with a good reading of any attempt', () => {
    given(started(), handedOver(), started(2)).when(complete(2)).follows(completed(2));
    given(started(), handedOver()).when(complete(1)).follows(completed(1));
  });

  it('completes with the reading that has the fewest shortcomings, of equals the latest', () => {
    given(started(), handedOver(1, 2), started(2)).when(complete(2, 2)).follows(completed(2));
    given(started(), handedOver(1, 2), started(2))
      .when(complete(2, 3))
      .follows(completedBefore(2, 1, { usage, cost }));
    const three = [started(), handedOver(1, 1), started(2), handedOver(2, 2, 'openai'), started(3)];
    given(...three)
      .when(fail(3))
      .follows(completedBefore(3, 1, { despite: fault }));
  });

  it('completes with the reading that there is if the next provider fails or never takes it', () => {
    given(started(), handedOver(), started(2))
      .when(fail(2))
      .follows(completedBefore(2, 1, { despite: fault }));
    given(started(), handedOver())
      .when(giveUp)
      .follows(completedBefore(1, 1, { despite: fault }));
    given(started(), handedOver(), started(2))
      .when(giveUp)
      .follows(completedBefore(2, 1, { despite: fault }));
  });

  it('says at such an end from outside what the next provider has spent on pages, and no more of those before', () => {
    const page = { usage: { pages: 1 }, cost: { amount: '0.01', currency: 'USD' } };
    const bought = new Map([1, 2, 3].map((attempt) => [attempt, page]));
    given(started(), handedOver(), started(2), started(3))
      .when({ type: 'GiveUpExecution', error: fault, bought })
      .follows(
        completedBefore(3, 1, {
          ...{ despite: fault, usage: { pages: 2 } },
          cost: { amount: '0.02', currency: 'USD' },
        }),
      );
  });

  it('fails if none of them has a reading', () => {
    given(started(), handedOver(1, 0), started(2)).when(fail(2)).follows(failed(2));
    given(started(), handedOver(1, 0)).when(giveUp).follows(failed(1));
  });

  it('is cancelled with what all of them spent', () => {
    const spent = { cost: { amount: '0.02', currency: 'EUR' } };
    given(started(), handedOver())
      .when(erase)
      .follows({ type: 'ExecutionCancelled', data: { ...spent, attempt: 1, reason: 'asked for' } });
    given(started(), handedOver(), cancelled()).when(handOver()).refused('execution_final');
  });

  it('counts for each provider its own attempts', () => {
    const before = [started(), started(2), released(2), started(3), retryScheduled(3), started(4)];
    expect(after(...before, handedOver(4))).toMatchObject({
      ...{ status: 'pending', attempt: 4, notBefore: null, handedOver: { to: 'mistral', after: 4 } },
      ...{ lost: 0, released: 0, timeouts: 0, unavailable: 0, unsettled: [] },
    });
    expect(after(...before, handedOver(4), started(5), started(6))).toMatchObject({ attempt: 6, lost: 1 });
  });
});

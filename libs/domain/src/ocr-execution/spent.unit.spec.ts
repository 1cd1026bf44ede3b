import { describe, expect, it } from 'vitest';
import type { ExecutionEvent, Spent } from './events.ts';
import {
  cancelled,
  completed,
  erased,
  failed,
  given,
  released,
  retryScheduled,
  started,
} from './spec-support/given.ts';
import { addSpent, reaches } from './spent.ts';
import { evolveExecution, requestedExecution } from './state.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const cost = (amount: string): Spent => ({ cost: usd(amount) });

/** The event, and what the attempt that it ends had spent. */
const with_ = (event: ExecutionEvent, spent: Spent) =>
  ({ ...event, data: { ...event.data, ...spent } }) as ExecutionEvent;
const after = (...events: ExecutionEvent[]) => events.reduce(evolveExecution, requestedExecution);

describe('a sum of what was spent', () => {
  it('is exact, where floating point is not, from parts of a cent to thousands', () => {
    expect(addSpent(cost('0.1'), cost('0.2'))).toEqual(cost('0.3'));
    expect(addSpent(cost('9007199254740993'), cost('0.000000000001'))).toEqual(
      cost('9007199254740993.000000000001'),
    );
    expect(addSpent(cost('1.50'), cost('0.5'))).toEqual(cost('2'));
    expect(addSpent(cost('1'), cost('-0.25'))).toEqual(cost('0.75'));
  });

  it('has each unit that one of both has, and no other', () => {
    const sum = addSpent({ usage: { pages: 1, inputTokens: 5 } }, { usage: { pages: 2, outputTokens: 0 } });
    expect(sum).toEqual({ usage: { pages: 3, inputTokens: 5, outputTokens: 0 } });
    expect(addSpent({}, {})).toEqual({});
    expect(addSpent(cost('1'), { usage: { pages: 1 } })).toEqual({ ...cost('1'), usage: { pages: 1 } });
  });

  it('is in the first currency, and takes what is no number for nothing', () => {
    expect(addSpent(cost('1'), { cost: { amount: '5', currency: 'EUR' } })).toEqual(cost('1'));
    expect(addSpent(cost('1'), cost('a lot'))).toEqual(cost('1'));
  });

  it('reaches a limit at its very amount, and none in another currency', () => {
    expect(reaches(usd('0.5'), usd('0.50'))).toBe(true);
    expect(reaches(usd('0.499999999999'), usd('0.5'))).toBe(false);
    expect(reaches(usd('9'), { amount: '1', currency: 'EUR' })).toBe(false);
    expect(reaches(undefined, usd('0'))).toBe(false);
  });
});

describe('what an execution has cost', () => {
  const retried = [started(), with_(retryScheduled(), cost('0.1')), started(2)];

  it('is the sum of its attempts, failed and retried ones included', () => {
    expect(after(...retried).spent).toEqual(cost('0.1'));
    expect(after(...retried, with_(failed(2), cost('0.25'))).spent).toEqual(cost('0.35'));
    const { spent } = after(...retried, with_(completed(2), { usage: { pages: 2 }, cost: usd('0.2') }));
    expect(spent).toEqual({ usage: { pages: 2 }, cost: usd('0.3') });
  });

  it('is kept by the event that a deletion leaves, since all others are truncated', () => {
    const cancelledAfter = given(...retried);
    const ended = with_(cancelled(2), cost('0.1'));
    cancelledAfter.when({ type: 'EraseExecution', reason: 'asked for' }).follows(ended);
    cancelledAfter.when({ type: 'CancelExecution', reason: 'asked for' }).follows(ended);
    expect([after(...retried, ended).spent, after(ended).spent]).toEqual([cost('0.1'), cost('0.1')]);

    const done = [...retried, with_(failed(2), cost('0.2'))];
    const left = with_(erased('failed', 2), cost('0.3'));
    given(...done)
      .when({ type: 'EraseExecution', reason: 'asked for' })
      .follows(left);
    expect([after(...done, left).spent, after(left).spent]).toEqual([cost('0.3'), cost('0.3')]);
  });

  it('lacks what attempts spent that ended without a word, and says which these are', () => {
    expect(after(started(), started(2), released(2), started(3)).unsettled).toEqual([1, 2]);
    expect(after(...retried).unsettled).toEqual([]);
  });
});

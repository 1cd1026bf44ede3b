import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Backlog, type Pending } from './backlog.ts';

const entries = (...keys: string[]) => keys.map((key, index) => ({ key, offset: (index + 1) * 10 }));
const offsetsOf = (some: readonly (Pending | undefined)[]) => some.map((one) => one?.offset);

/** Takes what can be taken. */
function takeAll(backlog: Backlog): Pending[] {
  const taken: Pending[] = [];
  for (let next = backlog.take(); next; next = backlog.take()) taken.push(next);
  return taken;
}

describe('Backlog', () => {
  it('takes one message of each key, and the next one once that is finished', () => {
    const backlog = new Backlog(0, new Set());
    backlog.add(entries('a', 'a', 'b', 'a'));
    const [a, b] = takeAll(backlog);
    expect(offsetsOf([a, b])).toEqual([10, 30]);
    if (!a || !b) return;
    backlog.finish(b);
    expect(backlog.take()).toBeUndefined();
    backlog.finish(a);
    expect(offsetsOf(takeAll(backlog))).toEqual([20]);
    expect([backlog.size, backlog.readUpTo]).toEqual([2, 40]);
  });

  it('takes a released message again before later ones of its key, with what is known of it', () => {
    const backlog = new Backlog(0, new Set());
    backlog.add(entries('a', 'a'));
    const taken = backlog.take();
    if (!taken) throw new Error('There are two');
    taken.deliveries = 3;
    backlog.release(taken);
    expect(takeAll(backlog)).toEqual([{ key: 'a', offset: 10, deliveries: 3, failures: 0 }]);
  });

  it('skips what was done before, and remembers what is done beyond the first unfinished one', () => {
    const backlog = new Backlog(5, new Set([20, 40]));
    backlog.add(entries('a', 'b', 'c', 'd', 'e'));
    expect(backlog.progress()).toEqual({ cursor: 9, done: [] });
    const [a, c, e] = takeAll(backlog);
    expect(offsetsOf([a, c, e])).toEqual([10, 30, 50]);
    if (!a || !c || !e) return;
    backlog.finish(c);
    expect(backlog.progress()).toEqual({ cursor: 9, done: [30] });
    backlog.markSaved();
    backlog.finish(e);
    expect(backlog.progress()).toEqual({ cursor: 9, done: [50] });
    backlog.finish(a);
    expect(backlog.progress()).toEqual({ cursor: 50, done: [] });
  });

  it('holds exactly what is not done after a restart at any point, in the order of each key', () => {
    const step = fc.record({ act: fc.constantFrom('finish', 'release', 'save'), pick: fc.nat() });
    const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(keys, fc.array(step, { maxLength: 60 }), (topic, steps) => {
        const messages = entries(...topic);
        const backlog = new Backlog(0, new Set());
        backlog.add(messages);
        const finished = new Set<number>();
        let saved: { cursor: number; done: Set<number>; finished: Set<number> } | undefined;
        let inFlight = takeAll(backlog);
        for (const { act, pick } of steps) {
          const one = inFlight[pick % inFlight.length];
          if (act === 'save') {
            const { cursor, done } = backlog.progress();
            const kept = [...(saved?.done ?? []), ...done].filter((offset) => offset > cursor);
            saved = { cursor, done: new Set(kept), finished: new Set(finished) };
            backlog.markSaved();
          } else if (one) {
            if (act === 'finish') finished.add(one.offset);
            backlog[act](one);
            inFlight = [...inFlight.filter((other) => other !== one), ...takeAll(backlog)];
            expect(new Set(inFlight.map(({ key }) => key)).size).toBe(inFlight.length);
          }
        }
        const restarted = new Backlog(saved?.cursor ?? 0, saved?.done ?? new Set());
        restarted.add(messages.filter(({ offset }) => offset > (saved?.cursor ?? 0)));
        const again: Pending[] = [];
        for (let next = restarted.take(); next; next = restarted.take()) {
          again.push(next);
          restarted.finish(next);
        }
        for (const key of 'abc') {
          const left = messages.filter((one) => one.key === key && !saved?.finished.has(one.offset));
          expect(offsetsOf(again.filter((one) => one.key === key))).toEqual(left.map(({ offset }) => offset));
        }
      }),
    );
  });
});

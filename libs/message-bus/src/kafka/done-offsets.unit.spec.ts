import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDone, encodeDone, finishedRanges, type Range } from './done-offsets.ts';

const offsetsOf = (ranges: Iterable<Range>) =>
  [...ranges].flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));

describe('done offsets', () => {
  it('are all between the cursor and the end but the unfinished ones, after a round trip as text', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.nat(2 ** 40), gaps, fc.nat(5), (start, steps, more) => {
        const unfinished = steps.map((_, n) => start + steps.slice(0, n + 1).reduce((a, b) => a + b));
        const cursor = (unfinished[0] ?? start + 1) - 1;
        const end = (unfinished.at(-1) ?? cursor) + more;
        const ranges = finishedRanges(cursor, unfinished, end);
        const between = Array.from({ length: end - cursor }, (_, n) => cursor + 1 + n);
        expect(offsetsOf(decodeDone(cursor, encodeDone(cursor, ranges)))).toEqual(
          between.filter((offset) => !unfinished.includes(offset)),
        );
      }),
    );
  });

  it('fit into what a broker keeps with an offset: the lowest ones, whole', () => {
    const everySecond = Array.from({ length: 10_000 }, (_, n): Range => [2 * n + 1, 2 * n + 1]);
    const text = encodeDone(-1, everySecond);
    expect(text.length).toBeLessThanOrEqual(4_000);
    const kept = decodeDone(-1, text);
    expect(kept.length).toBeGreaterThan(900);
    expect(kept).toEqual(everySecond.slice(0, kept.length));
  });

  it('are none if there are none, or if another client wrote the text', () => {
    expect(encodeDone(5, [])).toBe('');
    for (const text of [null, '', 'consumer-7', 'done1:', 'done1:x', 'done1:1.-3', 'done2:1.1']) {
      expect(decodeDone(5, text)).toEqual([]);
    }
  });
});

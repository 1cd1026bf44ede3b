import { expect, it } from 'vitest';
import type { PageCall } from '../page-reading.ts';
import { takeUp } from './take-up.ts';

/** An order whose questions are answered so, one after another; and what happened to it. */
function order(answers: readonly ('pending' | 'unknown' | { text: string })[]) {
  const happened: string[] = [];
  const left = [...answers];
  let bought = 0;
  return {
    happened,
    async buy() {
      happened.push('bought');
      return `word-${++bought}`;
    },
    async ask(word: string) {
      happened.push(`asked for ${word}`);
      return left.shift() ?? 'pending';
    },
    firstMs: 1,
    everyMs: 1,
  };
}

function callWith(
  noted: string | null,
  signal = AbortSignal.timeout(5_000),
): PageCall & { noted(): string | null } {
  let text = noted;
  const note = {
    get: async () => text,
    set: async (next: string) => {
      text = next;
    },
  };
  return { signal, note, noted: () => text };
}

it('buys once, notes the word before it asks, and asks until the answer is there', async () => {
  const one = order(['pending', 'pending', { text: 'TOTAL' }]);
  const call = callWith(null);
  const noted: (string | null)[] = [];
  const ask = async (word: string) => {
    noted.push(call.noted());
    return one.ask(word);
  };
  expect(await takeUp({ ...one, ask }, call)).toEqual({ text: 'TOTAL' });
  expect(one.happened).toEqual(['bought', 'asked for word-1', 'asked for word-1', 'asked for word-1']);
  expect(noted).toEqual(['word-1', 'word-1', 'word-1']);
});

it('goes on with the word of an attempt before, and buys nothing', async () => {
  const one = order([{ text: 'TOTAL' }]);
  await takeUp({ ...one, firstMs: 60_000 }, callWith('word-of-before'));
  expect(one.happened).toEqual(['asked for word-of-before']);
});

it('buys again if nobody knows the word any more', async () => {
  const one = order(['unknown', { text: 'TOTAL' }]);
  const call = callWith('too-old');
  await takeUp(one, call);
  expect(one.happened).toEqual(['asked for too-old', 'bought', 'asked for word-1']);
  expect(call.noted()).toBe('word-1');
});

it('waits no longer once it is aborted', async () => {
  const one = order([]);
  const call = callWith(null, AbortSignal.timeout(50));
  await expect(takeUp({ ...one, firstMs: 60_000 }, call)).rejects.toThrow();
  expect(one.happened).toEqual(['bought']);
});

import { setTimeout as sleep } from 'node:timers/promises';
import type { PageCall } from '../page-reading.ts';

/** A reading that is bought by one call and asked for by others. */
export interface Order<Reading> {
  /** Buys it. Returns the word to ask for it with. */
  buy(): Promise<string>;
  /** `pending`: not yet. `unknown`: nobody there knows that word any more, and it has to be bought again. */
  ask(word: string): Promise<Reading | 'pending' | 'unknown'>;
  /** From when on, and how often, the vendor wants to be asked, ms. */
  readonly firstMs: number;
  readonly everyMs: number;
}

/**
 * Buys a reading, unless an attempt before has, and asks for it until it is there. What was bought is noted before it is
 * asked for, so that it is not bought again, whoever goes on.
 */
export async function takeUp<Reading extends object>(
  { buy, ask, firstMs, everyMs }: Order<Reading>,
  { note, signal }: PageCall,
): Promise<Reading> {
  let word = await note.get();
  let waitMs = word ? 0 : firstMs;
  for (;;) {
    if (!word) {
      word = await buy();
      await note.set(word);
    }
    await sleep(waitMs, undefined, { signal });
    const answer = await ask(word);
    if (typeof answer === 'object') return answer;
    if (answer === 'unknown') {
      word = null;
      await note.set('');
    }
    waitMs = answer === 'unknown' ? firstMs : everyMs;
  }
}

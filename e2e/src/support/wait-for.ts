import { setTimeout } from 'node:timers/promises';

export interface WaitOptions {
  /** Longest wait, ms. */
  readonly limitMs?: number;
  readonly everyMs?: number;
}

/**
 * Looks until `look` gives something that `accept` takes, and gives that.
 *
 * @throws Error that says what was seen last, once the limit is over.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T> | T,
  accept: (seen: T) => boolean,
  { limitMs = 30_000, everyMs = 20 }: WaitOptions = {},
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (accept(seen)) return seen;
    if (performance.now() > end)
      throw new Error(
        `Waited ${limitMs} ms for ${what}; last seen: ${JSON.stringify(seen)?.slice(0, 2_000)}`,
      );
    await setTimeout(everyMs);
  }
}

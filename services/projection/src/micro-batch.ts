import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Makes work on many items at once out of calls with one item each: what is called for while the event loop turns
 * once, or while the batch before is under way, makes up the next batch. Nothing waits for company. Every caller
 * gets what came of its batch.
 */
export function microBatch<T, R>(work: (items: readonly T[]) => Promise<R>): (item: T) => Promise<R> {
  let gathering: { readonly items: T[]; readonly result: Promise<R> } | undefined;
  let lastEnded: Promise<unknown> = Promise.resolve();

  function open() {
    const items: T[] = [];
    const result = lastEnded.then(nextTurn).then(() => {
      gathering = undefined;
      return work(items);
    });
    lastEnded = result.catch(() => {});
    return { items, result };
  }

  return (item) => {
    gathering ??= open();
    gathering.items.push(item);
    return gathering.result;
  };
}

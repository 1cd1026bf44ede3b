export interface MicroBatchOptions {
  /** How long the first item waits for company, ms. */
  readonly lingerMs: number;
  /** This many items wait for no more. */
  readonly enough: number;
}

/**
 * Makes work on many items at once out of calls with one item each: what is called for within `lingerMs`, or while the
 * batch before is under way, makes up the next batch. Every caller gets what came of its batch.
 */
export function microBatch<T, R>(
  work: (items: readonly T[]) => Promise<R>,
  { lingerMs, enough }: MicroBatchOptions,
): (item: T) => Promise<R> {
  let gathering: { readonly items: T[]; readonly result: Promise<R>; readonly full: () => void } | undefined;
  let lastEnded: Promise<unknown> = Promise.resolve();

  function open() {
    const items: T[] = [];
    const { promise: lingered, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, lingerMs);
    const full = () => {
      clearTimeout(timer);
      resolve();
    };
    const result = Promise.all([lastEnded, lingered]).then(() => {
      gathering = undefined;
      return work(items);
    });
    lastEnded = result.catch(() => {});
    return { items, result, full };
  }

  return (item) => {
    gathering ??= open();
    gathering.items.push(item);
    if (gathering.items.length >= enough) gathering.full();
    return gathering.result;
  };
}

/** Does the work on some items at a time, in their order: the next ones are asked for once it is done. */
export async function eachBatch<T>(
  items: AsyncIterable<T>,
  size: number,
  work: (batch: readonly T[]) => Promise<void>,
): Promise<void> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    await work(batch);
    batch = [];
  }
  if (batch.length > 0) await work(batch);
}

import { inParallel } from '@inkstream/job-store';
import { type ObjectInfo, ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import { eachBatch } from './each-batch.ts';

/** What became of a store's objects: how many the other one was given and had already, and of how many bytes. */
export interface Copied {
  readonly copied: number;
  readonly bytes: number;
  readonly there: number;
}

/** Objects that are looked at before the next ones are listed. */
const BATCH = 64;

/**
 * Copies every object of a store that the other one does not have. One that is deleted before its turn comes is left out.
 *
 * @param has whether the other store has it, or gets it in a cheaper way.
 * @param done is called with each that was copied.
 */
export async function copyObjects(
  from: ObjectStore,
  to: ObjectStore,
  has: (info: ObjectInfo) => Promise<boolean>,
  done: (info: ObjectInfo) => Promise<void> = async () => {},
): Promise<Copied> {
  let [copied, bytes, there] = [0, 0, 0];
  const copy = async (info: ObjectInfo) => {
    if (await has(info)) {
      there++;
      return;
    }
    try {
      const put = await to.put(info.key, await from.get(info.key), { atMostBytes: info.bytes });
      copied++;
      bytes += put.bytes;
      await done(info);
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
    }
  };
  await eachBatch(from.list(''), BATCH, (batch) => inParallel(batch, copy));
  return { copied, bytes, there };
}

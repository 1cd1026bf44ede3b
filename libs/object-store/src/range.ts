import type { ByteRange } from './object-store.ts';

/** @throws RangeError if a range has no bytes, in an object of any size. */
export function assertRange({ start, end }: ByteRange): void {
  const sound = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
  if (!sound) throw new RangeError(`No bytes ${start} to ${end}`);
}

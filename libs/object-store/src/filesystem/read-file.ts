import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ByteRange } from '../object-store.ts';
import { assertRange } from '../range.ts';
import { asStoreError } from './faults.ts';

const CHUNK_BYTES = 64 * 1024;

/** The bytes of an open file, which is closed when the stream ends or is destroyed. */
export function readFile(file: FileHandle, { start, end }: ByteRange, signal?: AbortSignal): Readable {
  let position = start;
  return new Readable({
    highWaterMark: CHUNK_BYTES,
    ...(signal && { signal }),
    read() {
      const length = Math.min(CHUNK_BYTES, end + 1 - position);
      if (length <= 0) {
        this.push(null);
        return;
      }
      file.read(Buffer.allocUnsafe(length), 0, length, position).then(
        ({ bytesRead, buffer }) => {
          position += bytesRead;
          this.push(bytesRead === 0 ? null : buffer.subarray(0, bytesRead));
        },
        (error) => this.destroy(asStoreError(error) as Error),
      );
    },
    destroy(error, done) {
      file.close().then(
        () => done(error),
        (fault) => done(error ?? (asStoreError(fault) as Error)),
      );
    },
  });
}

/**
 * The part of an object of `bytes` bytes that a range asks for.
 *
 * @throws RangeError if no byte lies in it.
 */
export function clampRange(range: ByteRange, bytes: number): ByteRange {
  assertRange(range);
  const { start, end } = range;
  if (start >= bytes) throw new RangeError(`No bytes ${start} to ${end} in an object of ${bytes}`);
  return { start, end: Math.min(end, bytes - 1) };
}

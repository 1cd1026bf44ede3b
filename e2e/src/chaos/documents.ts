import { createHash } from 'node:crypto';
import { PIXEL } from '../support/script.ts';

const CORRUPT = '\ncorrupt:';

/** A picture of so many bytes, unlike any other of another name. */
export function documentOf(name: string, size: number): Uint8Array<ArrayBuffer> {
  const head = Buffer.concat([PIXEL, Buffer.from(name)]);
  return new Uint8Array(Buffer.concat([head, Buffer.alloc(Math.max(0, size - head.length), name)]));
}

/** A picture that `echo` refuses for good. */
export const corruptDocument = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat([PIXEL, Buffer.from(CORRUPT + name)]));

export const isCorrupt = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .subarray(PIXEL.length, PIXEL.length + CORRUPT.length)
    .equals(Buffer.from(CORRUPT));

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

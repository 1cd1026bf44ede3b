import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** See fixtures/README.md. */
export const fixture = (name: string): Promise<Buffer> =>
  readFile(join(import.meta.dirname, '../../fixtures', name));

/** The file with the numbers that follow the first box of a type replaced (ISO/IEC 14496-12, 32 bits, big-endian). */
export function withBox(file: Uint8Array, type: string, numbers: readonly number[]): Buffer {
  const patched = Buffer.from(file);
  const start = patched.indexOf(type) + type.length;
  if (start < type.length) throw new Error(`There is no box ${type}`);
  numbers.forEach((number, index) => {
    patched.writeUInt32BE(number >>> 0, start + 4 * index);
  });
  return patched;
}

/** A clean aperture of the size, in the middle of the picture. */
export const withAperture = (file: Uint8Array, width: number, height: number): Buffer =>
  withBox(file, 'clap', [width, 1, height, 1, 0, 1, 0, 1]);

import type { FileHandle } from 'node:fs/promises';
import { chunksOf } from '../chunks.ts';
import { withStoreErrors } from './faults.ts';

/** Chunks are written together once they are this many bytes: sockets give 64 KiB at a time, and each write costs. */
const GATHERED_BYTES = 256 * 1024;
/** The chunks, and the one piece that they are written as. */
export const PUT_HOLDS_BYTES = 2 * GATHERED_BYTES;

/**
 * Writes a body to a file, a few chunks at a time: the next ones are asked for when those are written, so that no more
 * are held.
 *
 * @returns the bytes written. Rejects with the body's own error, the signal's reason or what the disk refuses.
 */
export async function writeBody(
  file: FileHandle,
  body: AsyncIterable<Uint8Array> | Uint8Array,
  signal?: AbortSignal,
): Promise<number> {
  let bytes = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  const flush = async () => {
    // `writeFile` on a handle writes at the current position until all is written; `write` may stop short.
    const bytesNow = gathered.length === 1 && gathered[0] ? gathered[0] : Buffer.concat(gathered);
    await withStoreErrors(() => file.writeFile(bytesNow));
    bytes += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
  };
  for await (const chunk of chunksOf(body, signal)) {
    gathered.push(chunk);
    gatheredBytes += chunk.byteLength;
    if (gatheredBytes >= GATHERED_BYTES) await flush();
  }
  await flush();
  return bytes;
}

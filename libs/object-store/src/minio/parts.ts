import { chunksOf } from '../chunks.ts';

/** The least that S3 takes as a part that is not the last one. So much of a body is held in memory, twice at most. */
export const PART_BYTES = 5 * 1024 * 1024;

export interface Part {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

function joined(chunks: readonly Uint8Array[]): Buffer {
  const [first] = chunks;
  if (chunks.length > 1 || !first) return Buffer.concat(chunks);
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
}

/**
 * A body cut into parts of `PART_BYTES` or little more; the last one may be smaller, and empty where the body is. Bytes
 * that come in one piece are one part.
 */
export async function* partsOf(
  body: AsyncIterable<Uint8Array> | Uint8Array,
  signal?: AbortSignal,
): AsyncGenerator<Part> {
  const gathered: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(body, signal)) {
    if (chunk.byteLength === 0) continue;
    if (length >= PART_BYTES) {
      // Let go of before they are waited for, so that the chunks are not held beside the part.
      yield { bytes: joined(gathered.splice(0)), isLast: false };
      length = 0;
    }
    gathered.push(chunk);
    length += chunk.byteLength;
  }
  yield { bytes: joined(gathered), isLast: true };
}

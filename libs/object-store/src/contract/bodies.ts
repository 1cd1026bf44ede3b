import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** `bytes` bytes in chunks, each made when it is asked for; `onChunk` gets the bytes made so far. */
export async function* generated(bytes: number, onChunk?: (made: number) => void, chunkBytes = 64 * 1024) {
  for (let made = 0; made < bytes; ) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, bytes - made), made / chunkBytes);
    made += chunk.length;
    onChunk?.(made);
    yield chunk;
  }
}

/** All of a stream's bytes. */
export async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** SHA-256 of a stream, lower-case hex; `onChunk` gets the bytes read so far. */
export async function sha256Of(body: AsyncIterable<Uint8Array>, onChunk?: (read: number) => void) {
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of body) {
    hash.update(chunk);
    read += chunk.length;
    onChunk?.(read);
  }
  return hash.digest('hex');
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/**
 * Heap and buffers that somebody still holds, in bytes: garbage is collected first, since it says nothing. Twice, for
 * buffers that one collection finds are counted until they are swept, which the next one waits for.
 */
export function memoryInUse(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

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

/** SHA-256 of a stream, lower-case hex. */
export async function sha256Of(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}

/** Heap and buffers in use, in bytes. */
export function memoryInUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

import type { FileHandle } from 'node:fs/promises';

/** Chunks are written together once they are this many bytes: sockets give 64 KiB at a time, and each write costs. */
const GATHERED_BYTES = 256 * 1024;

/**
 * Writes a body to a file, a few chunks at a time: the next ones are asked for when those are written, so that no more
 * are held.
 *
 * @returns the bytes written. Rejects with the body's own error or the signal's reason.
 */
export async function writeBody(
  file: FileHandle,
  body: AsyncIterable<Uint8Array> | Uint8Array,
  signal?: AbortSignal,
): Promise<number> {
  signal?.throwIfAborted();
  if (body instanceof Uint8Array) {
    await file.writeFile(body);
    return body.byteLength;
  }
  const chunks = body[Symbol.asyncIterator]();
  let bytes = 0;
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  const flush = async () => {
    // `writeFile` on a handle writes at the current position until all is written, where `write` may stop short.
    await file.writeFile(Buffer.concat(gathered));
    bytes += gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
  };
  let ended = false;
  try {
    for (;;) {
      const next = await nextChunk(chunks, signal);
      if (next.done) {
        ended = true;
        await flush();
        return bytes;
      }
      gathered.push(next.value);
      gatheredBytes += next.value.byteLength;
      if (gatheredBytes >= GATHERED_BYTES) await flush();
      signal?.throwIfAborted();
    }
  } finally {
    // Without waiting: a source that stalls may do so for ever.
    if (!ended) chunks.return?.().catch(() => {});
  }
}

/**
 * The next chunk, or the signal's reason where it aborts first: `stream.pipeline` would wait for a source that stalls
 * even then. Each chunk has its own listener, since one promise raced against them all would hold them all.
 */
function nextChunk(
  chunks: AsyncIterator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array>> {
  if (!signal) return chunks.next();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    chunks
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

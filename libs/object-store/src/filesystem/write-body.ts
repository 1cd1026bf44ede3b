import type { FileHandle } from 'node:fs/promises';

/**
 * Writes a body to a file, chunk by chunk: the next one is asked for when the last one is written, so that no more
 * than one is held.
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
  let ended = false;
  try {
    for (;;) {
      const next = await nextChunk(chunks, signal);
      if (next.done) {
        ended = true;
        return bytes;
      }
      // `writeFile` on a handle writes at the current position until all is written, where `write` may stop short.
      await file.writeFile(next.value);
      bytes += next.value.byteLength;
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

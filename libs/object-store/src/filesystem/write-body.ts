import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

/**
 * Writes a body to a file, chunk by chunk: the next one is asked for when the last one is written, so that no more
 * than one is held.
 *
 * `stream.pipeline` would wait for a source that stalls even after an abort; here the abort is raced against each
 * chunk.
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
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  let bytes = 0;
  let ended = false;
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), aborted.promise]);
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
    signal?.removeEventListener('abort', abort);
    if (!ended) letGo(body, chunks);
  }
}

/** Ends a source that is not read to its end, without waiting: it may be stalled for ever. */
function letGo(body: AsyncIterable<Uint8Array>, chunks: AsyncIterator<Uint8Array>): void {
  if (body instanceof Readable) body.destroy();
  else chunks.return?.().catch(() => {});
}

/**
 * The chunks of a body, which is released if not all of them are read. Rejects with the body's own error, or with
 * the signal's reason as soon as it aborts, however long the body stalls.
 */
export async function* chunksOf(
  body: AsyncIterable<Uint8Array> | Uint8Array,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (body instanceof Uint8Array) {
    yield body;
    return;
  }
  const chunks = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await nextChunk(chunks, signal);
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
      signal?.throwIfAborted();
    }
  } finally {
    // Without waiting: a source that stalls may do so for ever.
    if (!ended) chunks.return?.().catch(() => {});
  }
}

/**
 * The next chunk, or the signal's reason if it aborts first: `stream.pipeline` would wait for a source that stalls
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

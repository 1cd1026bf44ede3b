import { createHash } from 'node:crypto';
import type { StoredDocument } from '@inkstream/domain';
import { ObjectNotFoundError, type ObjectStore, ObjectStoreUnavailableError } from '@inkstream/object-store';
import type { Document } from './engine.ts';
import { ProviderError } from './provider-error.ts';

/** The store may be slow, but not silent for so long. */
const SILENCE_MS = 60_000;

/**
 * The bytes of a stored document as they come, checked: the last of them only once all are known to be what was
 * uploaded, so that nobody takes others for it.
 *
 * @throws ProviderError `document_missing` if it is not there or is not what was uploaded.
 * @throws ObjectStoreUnavailableError if the store does not answer, or is silent for `silenceMs`.
 */
export async function* documentBytes(
  objects: ObjectStore,
  document: StoredDocument,
  signal: AbortSignal,
  silenceMs = SILENCE_MS,
): AsyncGenerator<Uint8Array> {
  const silence = new AbortController();
  const beSilent = () =>
    silence.abort(new ObjectStoreUnavailableError(`The object store is silent for ${silenceMs} ms`));
  let timer = setTimeout(beSilent, silenceMs);
  const limit = AbortSignal.any([signal, silence.signal]);
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of await objects.get(document.storageKey, { signal: limit })) {
      clearTimeout(timer);
      hash.update(chunk);
      if (held) yield held;
      held = chunk;
      timer = setTimeout(beSilent, silenceMs);
    }
  } catch (error) {
    // A stream that was aborted fails with an AbortError of its own.
    limit.throwIfAborted();
    if (error instanceof ObjectNotFoundError)
      throw new ProviderError('document_missing', 'The document is no longer stored');
    throw error;
  } finally {
    clearTimeout(timer);
  }
  if (hash.digest('hex') !== document.sha256)
    throw new ProviderError('document_missing', 'The stored document is not the one that was uploaded');
  if (held) yield held;
}

/** A stored document, whole and checked. Throws as `documentBytes` does. */
export async function fetchDocument(
  objects: ObjectStore,
  document: StoredDocument,
  signal: AbortSignal,
  silenceMs = SILENCE_MS,
): Promise<Document> {
  const bytes = new Uint8Array(document.bytes);
  let length = 0;
  for await (const chunk of documentBytes(objects, document, signal, silenceMs)) {
    if (length + chunk.length <= bytes.length) bytes.set(chunk, length);
    length += chunk.length;
  }
  return { bytes, mimeType: document.mimeType };
}

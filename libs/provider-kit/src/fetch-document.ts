import { createHash } from 'node:crypto';
import type { JobFile } from '@inkstream/domain';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import type { Document } from './engine.ts';
import { ProviderError } from './provider-error.ts';

const FETCH_TIMEOUT_MS = 60_000;

/**
 * A job's file, whole and checked.
 *
 * @throws ProviderError `document_missing` where it is not there or is not what was uploaded.
 * @throws ObjectStoreUnavailableError where the store does not answer.
 */
export async function fetchDocument(
  objects: ObjectStore,
  file: JobFile,
  signal: AbortSignal,
): Promise<Document> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
  const bytes = new Uint8Array(file.bytes);
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of await objects.get(file.storageKey, { signal: limit })) {
      hash.update(chunk);
      if (length + chunk.length <= bytes.length) bytes.set(chunk, length);
      length += chunk.length;
    }
  } catch (error) {
    if (error instanceof ObjectNotFoundError)
      throw new ProviderError('document_missing', 'The document is no longer stored');
    throw error;
  }
  if (hash.digest('hex') !== file.sha256)
    throw new ProviderError('document_missing', 'The stored document is not the one that was uploaded');
  return { bytes, mimeType: file.mimeType };
}

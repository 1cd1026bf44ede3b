import { chunksOf } from '../chunks.ts';
import type { PutOptions } from '../object-store.ts';
import { Gathered } from './gathered.ts';
import { MultipartUpload, sendChunks, type Target } from './multipart-upload.ts';

/** The least that S3 takes as a part that is not the last one. So much of a body is held in memory. */
export const PART_BYTES = 5 * 1024 * 1024;

/**
 * Writes an object, a small one in one request. Rejects with the body's own error, the signal's reason or an
 * `ObjectStoreUnavailableError`; `onLeft` gets the error if the parts then could not be removed.
 *
 * @returns the bytes written.
 */
export async function writeObject(
  target: Target,
  body: AsyncIterable<Uint8Array> | Uint8Array,
  { signal, sha256 }: Pick<PutOptions, 'signal' | 'sha256'>,
  onLeft: (error: unknown) => void,
): Promise<number> {
  let upload: MultipartUpload | undefined;
  let written = 0;
  const gathered = new Gathered();
  const addPart = async () => {
    upload ??= await MultipartUpload.begin(target);
    await upload.add(gathered, signal);
    written += gathered.bytes;
    gathered.clear();
  };
  try {
    for await (const chunk of chunksOf(body, signal)) {
      if (gathered.bytes >= PART_BYTES) await addPart();
      gathered.add(chunk);
    }
    if (!upload) {
      // Takes no signal: of a request that was sent in vain it would not be known whether the object is there.
      await sendChunks(target, gathered, { sha256: sha256?.() });
      return gathered.bytes;
    }
    await addPart();
    signal?.throwIfAborted();
    await upload.complete();
    return written;
  } catch (error) {
    await upload?.abort().catch(onLeft);
    throw error;
  }
}

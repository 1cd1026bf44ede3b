import { call } from './call.ts';
import { MultipartUpload, type Target } from './multipart-upload.ts';
import { partsOf } from './parts.ts';

/**
 * Writes an object, a small one in one request. Rejects with the body's own error, the signal's reason or an
 * `ObjectStoreUnavailableError`; `onLeft` gets the error where the parts then could not be removed.
 *
 * @returns the bytes written.
 */
export async function writeObject(
  target: Target,
  body: AsyncIterable<Uint8Array> | Uint8Array,
  signal: AbortSignal | undefined,
  onLeft: (error: unknown) => void,
): Promise<number> {
  let upload: MultipartUpload | undefined;
  let written = 0;
  try {
    for await (const { bytes, isLast } of partsOf(body, signal)) {
      if (isLast && !upload) await putWhole(target, bytes);
      else {
        upload ??= await MultipartUpload.begin(target);
        await upload.add(bytes, signal);
      }
      written += bytes.byteLength;
    }
    signal?.throwIfAborted();
    await upload?.complete();
    return written;
  } catch (error) {
    await upload?.abort().catch(onLeft);
    throw error;
  }
}

/** Takes no signal: of a request that was sent in vain it would not be known whether the object is there. */
async function putWhole({ client, bucket, key }: Target, bytes: Buffer): Promise<void> {
  const request = { method: 'PUT', bucketName: bucket, objectName: key };
  await call(() => client.makeRequestAsyncOmit(request, bytes));
}

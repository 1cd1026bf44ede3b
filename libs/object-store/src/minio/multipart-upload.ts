import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Client } from 'minio';
import { call } from './call.ts';
import type { Gathered } from './gathered.ts';

const ABORT_LIMIT_MS = 5_000;

function sha256Of(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Where an object lies. */
export interface Target {
  readonly client: Client;
  readonly bucket: string;
  readonly key: string;
}

/**
 * An object that comes in parts, one after the other, and is there once it is completed.
 *
 * Not minio-js's own: that one goes on with whatever unfinished upload of the same key it finds, another put's too,
 * and leaves its own behind when it fails.
 */
export class MultipartUpload {
  readonly #target: Target;
  readonly #id: string;
  readonly #parts: { part: number; etag: string }[] = [];

  private constructor(target: Target, id: string) {
    this.#target = target;
    this.#id = id;
  }

  /** Takes no signal: an upload whose id never came could not be aborted. */
  static async begin(target: Target): Promise<MultipartUpload> {
    const { client, bucket, key } = target;
    const begin = () => client.initiateNewMultipartUpload(bucket, key, {});
    return new MultipartUpload(target, await call(begin, { idempotent: false }));
  }

  /** The next part, of at least 5 MiB where it is not the last one. Sent as the chunks that it is, without a copy. */
  async add({ chunks, bytes }: Gathered, signal?: AbortSignal): Promise<void> {
    const { client, bucket, key } = this.#target;
    const part = this.#parts.length + 1;
    const request = {
      method: 'PUT',
      bucketName: bucket,
      objectName: key,
      query: `partNumber=${part}&uploadId=${encodeURIComponent(this.#id)}`,
      headers: { 'content-length': bytes },
    };
    const sha256 = client.enableSHA256 ? sha256Of(chunks) : '';
    const put = async () => {
      const body = Readable.from(chunks);
      const response = await client.makeRequestStreamAsync(request, body, sha256, [200], '');
      await finished(response.resume());
      return response.headers.etag ?? '';
    };
    this.#parts.push({ part, etag: await call(put, { signal }) });
  }

  /** Makes the object visible. Takes no signal, since it would not be known whether it is. */
  async complete(): Promise<void> {
    const { client, bucket, key } = this.#target;
    const complete = () => client.completeMultipartUpload(bucket, key, this.#id, this.#parts);
    await call(complete, { idempotent: false });
  }

  /** Removes the parts. */
  async abort(): Promise<void> {
    const { client, bucket, key } = this.#target;
    await call(() => client.abortMultipartUpload(bucket, key, this.#id), { limitMs: ABORT_LIMIT_MS });
  }
}

import type { Client } from 'minio';
import { call } from './call.ts';

const ABORT_LIMIT_MS = 5_000;

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

  async add(bytes: Buffer, signal?: AbortSignal): Promise<void> {
    const { client, bucket, key } = this.#target;
    const part = this.#parts.length + 1;
    const query = `partNumber=${part}&uploadId=${encodeURIComponent(this.#id)}`;
    const put = () =>
      client.makeRequestAsyncOmit({ method: 'PUT', bucketName: bucket, objectName: key, query }, bytes);
    const { headers } = await call(put, { signal });
    this.#parts.push({ part, etag: headers.etag ?? '' });
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

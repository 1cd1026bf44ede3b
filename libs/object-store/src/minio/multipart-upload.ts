import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Client } from 'minio';
import { call } from './call.ts';
import type { Gathered } from './gathered.ts';

const ABORT_LIMIT_MS = 5_000;
/** 32 KB/s; what the system has taken from us may not have reached the server, so it can't be seen to go on. */
const LEAST_BYTES_PER_MS = 32;

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
  /** How long the server may take to answer, beside the time for the bytes. */
  readonly answerMs: number;
}

interface SendOptions {
  readonly query?: string;
  readonly signal?: AbortSignal | undefined;
  /** Of the chunks, in hex, if somebody has it: the server refuses them if they have another one. */
  readonly sha256?: string | undefined;
}

/**
 * Puts chunks as they are, without a copy: a whole object, or the part that `query` names. Whoever sends slowly is not
 * stalled, so the time that it may take grows with the bytes.
 *
 * @returns what the server calls them, for `complete`.
 */
export function sendChunks(
  { client, bucket, key, answerMs }: Target,
  { chunks, bytes }: Gathered,
  { query = '', signal, sha256: known }: SendOptions = {},
): Promise<string> {
  const headers = { 'content-length': bytes };
  const request = { method: 'PUT', bucketName: bucket, objectName: key, query, headers };
  const sha256 = client.enableSHA256 ? (known ?? sha256Of(chunks)) : '';
  const put = async () => {
    const response = await client.makeRequestStreamAsync(request, Readable.from(chunks), sha256, [200], '');
    await finished(response.resume());
    return response.headers.etag ?? '';
  };
  return call(put, { signal, limitMs: answerMs + Math.ceil(bytes / LEAST_BYTES_PER_MS) });
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

  /** The next part, of at least 5 MiB if it is not the last one. */
  async add(gathered: Gathered, signal?: AbortSignal): Promise<void> {
    const part = this.#parts.length + 1;
    const query = `partNumber=${part}&uploadId=${encodeURIComponent(this.#id)}`;
    this.#parts.push({ part, etag: await sendChunks(this.#target, gathered, { query, signal }) });
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

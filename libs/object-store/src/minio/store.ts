import type { Agent } from 'node:http';
import { Readable } from 'node:stream';
import type { Client } from 'minio';
import { InvalidKeyError, ObjectNotFoundError, ObjectStoreUnavailableError } from '../errors.ts';
import { assertKey, assertPrefix } from '../keys.ts';
import type { ByteRange, ObjectInfo, ObjectStore, PutOptions } from '../object-store.ts';
import { assertRange } from '../range.ts';
import type { Log } from './bucket.ts';
import { call } from './call.ts';
import { causeCode } from './faults.ts';
import { listPages, unfinishedUploads } from './listing.ts';
import { readResponse } from './read-response.ts';
import { PART_BYTES, writeObject } from './write-object.ts';

const PING_LIMIT_MS = 5_000;
/** Belongs to no job; it is put over and over, so one that is left behind is replaced. */
const PROBE_KEY = 'health/probe';

export interface Parts {
  readonly client: Client;
  readonly bucket: string;
  readonly agent: Agent;
  readonly log: Log;
  readonly answerMs: number;
}

/** What a deletion answers about a key: minio-js passes on the error itself, though its types wrap it. */
const isGone = (answer: object): boolean => 'Code' in answer && answer.Code === 'NoSuchKey';

/** Objects in a bucket of MinIO or any S3. */
export class MinioObjectStore implements ObjectStore {
  readonly putHoldsBytes = PART_BYTES;
  readonly #client: Client;
  readonly #bucket: string;
  readonly #agent: Agent;
  readonly #log: Log;
  readonly #answerMs: number;
  /** Whether the server refused the last put: it may be full, or read-only. */
  #putFailed = false;

  constructor({ client, bucket, agent, log, answerMs }: Parts) {
    this.#client = client;
    this.#bucket = bucket;
    this.#agent = agent;
    this.#log = log;
    this.#answerMs = answerMs;
  }

  async put(key: string, body: AsyncIterable<Uint8Array> | Uint8Array, options: PutOptions = {}) {
    assertKey(key);
    const stream = body instanceof Readable ? body : null;
    // It may fail before it is read; reading it then reports the error, and until then nobody else listens.
    stream?.on('error', () => {});
    const target = { client: this.#client, bucket: this.#bucket, key, answerMs: this.#answerMs };
    const onLeft = (err: unknown) =>
      this.#log.warn({ err, key }, 'an unfinished upload is left to the sweep');
    try {
      const bytes = await writeObject(target, body, options, onLeft);
      this.#putFailed = false;
      return { bytes };
    } catch (error) {
      if (error instanceof ObjectStoreUnavailableError) this.#putFailed = true;
      stream?.destroy();
      throw error;
    }
  }

  async get(key: string, { range, signal }: { range?: ByteRange; signal?: AbortSignal } = {}) {
    assertKey(key);
    if (range) assertRange(range);
    const { start, end } = range ?? { start: 0, end: -1 };
    const get = () => this.#client.getPartialObject(this.#bucket, key, start, end + 1 - start);
    const response = await call(get, { signal, limitMs: this.#answerMs }).catch((error) => {
      const code = causeCode(error);
      if (code === 'NoSuchKey') throw new ObjectNotFoundError(key);
      if (code === 'InvalidRange') throw new RangeError(`No bytes ${start} to ${end} in ${key}`);
      throw error;
    });
    return readResponse(response, signal, this.#answerMs);
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    await call(() => this.#client.removeObject(this.#bucket, key));
  }

  async deletePrefix(prefix: string): Promise<void> {
    if (prefix === '') throw new InvalidKeyError(prefix);
    assertPrefix(prefix);
    for await (const page of listPages(this.#client, this.#bucket, prefix)) {
      if (page.length === 0) continue;
      const keys = page.map(({ key }) => key);
      const answers = await call(() => this.#client.removeObjects(this.#bucket, keys));
      // S3 counts what is gone already as deleted; the Versity S3 Gateway names it.
      const failed = answers.find((answer) => answer && !isGone(answer));
      if (failed)
        throw new ObjectStoreUnavailableError('Not all objects could be deleted', { cause: failed });
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    assertPrefix(prefix);
    for await (const page of listPages(this.#client, this.#bucket, prefix)) yield* page;
  }

  /**
   * MinIO names those alone that were begun since it started; the others it removes after a day by itself
   * (`stale_uploads_expiry`), as S3 does by the bucket's rule.
   */
  async sweepUnfinished(begunBefore: Date): Promise<void> {
    for await (const { key, uploadId, initiated } of unfinishedUploads(this.#client, this.#bucket))
      if (initiated < begunBefore)
        await call(() => this.#client.abortMultipartUpload(this.#bucket, key, uploadId));
  }

  async ping(signal?: AbortSignal): Promise<void> {
    const exists = () => this.#client.bucketExists(this.#bucket);
    if (!(await call(exists, { signal, limitMs: PING_LIMIT_MS, idempotent: false })))
      throw new ObjectStoreUnavailableError(`There is no bucket ${this.#bucket}`);
    // S3 has no call that tells whether it accepts puts, so after a failed one another must be tried.
    if (!this.#putFailed) return;
    await this.put(PROBE_KEY, new Uint8Array(1));
    await this.delete(PROBE_KEY);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }
}

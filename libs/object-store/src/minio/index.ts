import type { ObjectStore } from '../object-store.ts';
import { ensureBucket, type Log } from './bucket.ts';
import { type Access, clientOf, DEFAULT_REGION } from './client.ts';
import { MinioObjectStore } from './store.ts';

export { inspectMinio, type MinioState } from './inspect.ts';

const ANSWER_MS = 30_000;

export interface MinioOptions extends Access {
  readonly log: Log;
  /** How long the server may be silent, ms (default 30 s). One that is slow is not silent. */
  readonly answerMs?: number | undefined;
}

/**
 * Opens a bucket of MinIO or any S3 as an object store, and makes it if it is missing. Several processes may open
 * the same one. Rejects with `ObjectStoreUnavailableError` if the bucket can't be made or reached.
 *
 * @throws TypeError if the URL is invalid, or has a path; minio-js's InvalidBucketNameError.
 */
export async function openMinioObjectStore(options: MinioOptions): Promise<ObjectStore> {
  const { bucket, region = DEFAULT_REGION, log, answerMs = ANSWER_MS } = options;
  const { client, agent } = clientOf(options);
  const store = new MinioObjectStore({ client, bucket, agent, log, answerMs });
  try {
    await ensureBucket(client, bucket, region, log);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

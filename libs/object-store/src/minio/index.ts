import { Client } from 'minio';
import type { ObjectStore } from '../object-store.ts';
import { ensureBucket, type Log } from './bucket.ts';
import { MinioObjectStore } from './store.ts';
import { connectionsTo } from './transport.ts';

/** Where MinIO has its buckets, unless it is told otherwise. */
const DEFAULT_REGION = 'us-east-1';
const ANSWER_MS = 30_000;

export interface MinioOptions {
  /** The URL of the server, without a path: `http://host:9000`, `https://s3.eu-central-1.amazonaws.com`. */
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  /** S3 needs it (default us-east-1). */
  readonly region?: string | undefined;
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
  const { accessKey, secretKey, bucket, region = DEFAULT_REGION, log, answerMs = ANSWER_MS } = options;
  const url = new URL(options.url);
  if (url.pathname !== '/') throw new TypeError(`The object store's URL must have no path: ${url.pathname}`);
  const connections = connectionsTo(url);
  const client = new Client({
    ...connections,
    endPoint: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    accessKey,
    secretKey,
    region,
    retryOptions: { disableRetry: true },
  });
  const store = new MinioObjectStore({ client, bucket, agent: connections.transportAgent, log, answerMs });
  try {
    await ensureBucket(client, bucket, region, log);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

import { randomUUID } from 'node:crypto';
import { Client } from 'minio';
import { type MinioOptions, openMinioObjectStore } from '../index.ts';

const MINUTE_MS = 60_000;

export const silent = { info() {}, warn() {} };

/** A bucket of one's own, of the MinIO that these variables name. */
export function bucketOf(env: Readonly<Record<string, string | undefined>>): MinioOptions {
  const { MINIO_URL: url = '', MINIO_ACCESS_KEY: accessKey = '', MINIO_SECRET_KEY: secretKey = '' } = env;
  return { url, accessKey, secretKey, bucket: `inkstream-${randomUUID()}`, log: silent };
}

/** minio-js itself, to see what the store did. */
export function bareClient({ url, accessKey, secretKey }: MinioOptions): Client {
  const { hostname, port, protocol } = new URL(url);
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: protocol === 'https:',
    accessKey,
    secretKey,
  });
}

/** The keys of uploads that were begun and neither completed nor aborted. */
export async function unfinishedIn(options: MinioOptions): Promise<string[]> {
  const { uploads } = await bareClient(options).listIncompleteUploadsQuery(options.bucket, '', '', '', '');
  return uploads.map(({ key }) => key);
}

/** Deletes the bucket with all that is in it. */
export async function removeBucket(options: MinioOptions): Promise<void> {
  const client = bareClient(options);
  const store = await openMinioObjectStore(options);
  await store.sweepUnfinished(new Date(Date.now() + MINUTE_MS));
  const keys = await Array.fromAsync(store.list(''), ({ key }) => key);
  await client.removeObjects(options.bucket, keys);
  await client.removeBucket(options.bucket);
  await store.close();
}

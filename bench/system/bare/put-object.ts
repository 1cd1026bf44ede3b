import { Agent, request } from 'node:http';
import { Client } from 'minio';
import type { Env } from '../subject/service.ts';
import { IDLE_MS } from '../uploader.ts';

const BUCKET = 'bare';

/** The client of MinIO and nothing else, and a bucket of its own. */
export async function createBucket(env: Env, connections: number) {
  const { hostname, port } = new URL(env.MINIO_URL ?? '');
  const client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey: env.MINIO_ACCESS_KEY ?? '',
    secretKey: env.MINIO_SECRET_KEY ?? '',
    region: 'us-east-1',
    transport: { request },
    transportAgent: new Agent({ keepAlive: true, maxSockets: connections, timeout: IDLE_MS }),
  });
  if (!(await client.bucketExists(BUCKET))) await client.makeBucket(BUCKET);
  return { client, bucket: BUCKET };
}

/** Puts the same bytes under another key at each call. */
export async function createPutter(env: Env, bytes: Uint8Array, connections: number) {
  const { client, bucket } = await createBucket(env, connections);
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  return async (): Promise<void> => {
    await client.putObject(bucket, `file/${++count}`, body, body.byteLength);
  };
}

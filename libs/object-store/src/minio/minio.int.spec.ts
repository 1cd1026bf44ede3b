import { randomUUID } from 'node:crypto';
import { objectStoreContract } from '../contract.ts';
import { openMinioObjectStore } from './index.ts';

const env = { url: process.env.MINIO_URL ?? '', accessKey: process.env.MINIO_ACCESS_KEY ?? '', secretKey: process.env.MINIO_SECRET_KEY ?? '' };
const log = { info() {}, warn() {} };

objectStoreContract('MinIO', async () => {
  const bucket = `inkstream-${randomUUID()}`;
  const connect = () => openMinioObjectStore({ ...env, bucket, log });
  return { store: await connect(), connect, remove: async () => {} };
});

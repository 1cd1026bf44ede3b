import { backend } from '@inkstream/testing/backends';
import { objectStoreContract } from '../contract.ts';
import { openMinioObjectStore } from './index.ts';
import { bucketOf, removeBucket } from './spec-support/minio.ts';

const { env } = await backend('versitygw');

objectStoreContract('The Versity S3 Gateway', async () => {
  const options = bucketOf(env);
  const connect = () => openMinioObjectStore(options);
  return { store: await connect(), connect, remove: () => removeBucket(options) };
});

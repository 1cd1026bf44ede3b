import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch, LaunchOptions } from './launch.ts';

const credentials = { user: 'inkstream', password: 'inkstream-local' } as const;

/** The Versity S3 Gateway on a folder, whose file system must have extended attributes: it keeps its metadata there. */
export async function versitygw({ home, folder, port }: LaunchOptions): Promise<Launch> {
  const url = `http://127.0.0.1:${port}`;
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  return {
    command: join(home, 'versitygw'),
    args: ['--port', `127.0.0.1:${port}`, '--health', '/health', '--keep-alive', '--quiet', 'posix', data],
    environment: { ROOT_ACCESS_KEY: credentials.user, ROOT_SECRET_KEY: credentials.password },
    // The same variables as MinIO's, since it stands in its place.
    env: {
      MINIO_URL: url,
      MINIO_ACCESS_KEY: credentials.user,
      MINIO_SECRET_KEY: credentials.password,
      MINIO_BUCKET: 'inkstream',
    },
    serves: async (signal) => (await fetch(`${url}/health`, { signal })).ok,
  };
}

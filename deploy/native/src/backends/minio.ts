import { join } from 'node:path';
import type { Launch, LaunchOptions } from './launch.ts';

const credentials = { user: 'inkstream', password: 'inkstream-local' } as const;

export async function minio({ home, folder, port }: LaunchOptions): Promise<Launch> {
  const url = `http://127.0.0.1:${port}`;
  return {
    command: join(home, 'minio'),
    args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, join(folder, 'data')],
    environment: {
      MINIO_ROOT_USER: credentials.user,
      MINIO_ROOT_PASSWORD: credentials.password,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    },
    env: {
      MINIO_URL: url,
      MINIO_ACCESS_KEY: credentials.user,
      MINIO_SECRET_KEY: credentials.password,
      MINIO_BUCKET: 'inkstream',
    },
    serves: async (signal) => (await fetch(`${url}/minio/health/cluster`, { signal })).ok,
  };
}

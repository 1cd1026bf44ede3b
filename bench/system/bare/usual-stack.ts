import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuOf, startService } from '../subject/service.ts';
import { startRedis } from './redis.ts';

export interface UsualStack {
  readonly url: string;
  /** CPU time of the API and the worker so far, s; that of Redis is not in it. */
  cpu(): Promise<number>;
  close(): Promise<void>;
}

/**
 * BullMQ on Redis with results in SQLite: an API and a worker, each in a process of its own. `durable`: Redis and
 * SQLite sync each write; the file that was uploaded is not synced all the same.
 */
export async function startUsualStack({ durable = false } = {}): Promise<UsualStack> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const redis = await startRedis(folder, durable);
  const env = { REDIS_PORT: String(redis.port), DATA_DIR: folder, DURABLE: durable ? 'yes' : 'no' };
  const worker = await startService('bullmq-worker', new URL('./bullmq-worker.ts', import.meta.url), env);
  const api = await startService('bullmq-api', new URL('./bullmq-api.ts', import.meta.url), env);
  return {
    url: api.url,
    cpu: () => cpuOf([api, worker]),
    async close() {
      await api.close();
      await worker.close();
      await redis.close();
      await rm(folder, { recursive: true });
    },
  };
}

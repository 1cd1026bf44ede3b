import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from '../node-process.ts';
import type { Start } from '../running.ts';
import type { Release } from '../scripted-providers.ts';
import type { Listening } from './server.ts';
import { storedIn } from './stored.ts';

/** All of Inkstream in one process, on a data folder of its own. */
export const embedded: Start = async ({ paddle, env }) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'inkstream-e2e-'));
  const server = startNode(new URL('./server.ts', import.meta.url), {
    args: paddle ? ['--paddle'] : [],
    env: {
      PORT: '0',
      INKSTREAM_DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      PADDLE_OCR_THREADS: '1',
      ...env,
    },
  });
  const { url } = await server.hear<Listening>('url');
  return {
    url,
    stored: storedIn(dataDir),
    release: (name) => server.tell({ release: name } satisfies Release),
    rss: server.rss,
    settled: server.settled,
    async stop() {
      const code = await server.end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
      return { code, log: server.log() };
    },
  };
};

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An Inkstream that is measured. */
export interface Subject {
  readonly url: string;
  readonly dataDir: string;
  /** Ends it and deletes its data. */
  close(): Promise<void>;
}

/** Starts an Inkstream in a process of its own, on an empty data folder. */
export async function startSubject(provider: 'idle' | 'paddle' | 'none'): Promise<Subject> {
  const dataDir = await mkdtemp(join(tmpdir(), 'inkstream-bench-'));
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), [provider], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, PORT: '0', INKSTREAM_DATA_DIR: dataDir, LOG_LEVEL: 'error' },
  });
  const exited = once(child, 'exit');
  const [url] = await once(child, 'message');
  return {
    url,
    dataDir,
    async close() {
      child.kill('SIGTERM');
      await exited;
      await rm(dataDir, { recursive: true });
    },
  };
}

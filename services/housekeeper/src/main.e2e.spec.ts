import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { jobStream } from '@inkstream/domain';
import { type Backends, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { startEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const MAIN = new URL('./main.ts', import.meta.url).pathname;
const JOBS = 200;
const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

describe('the housekeeper as a process', () => {
  let folder: string;
  let backends: Backends;
  const children: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-housekeeper-'));
    backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await closeBackends(backends);
    await rm(folder, { recursive: true });
  });

  async function start(more: Record<string, string> = {}) {
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      INKSTREAM_MODE: 'embedded',
      INKSTREAM_DATA_DIR: folder,
      ...more,
    };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    for await (const line of createInterface({ input: child.stderr })) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url) return { child, health: async () => (await fetch(`${url}/health/ready`)).json() };
    }
    throw new Error('The housekeeper did not start');
  }

  const secretOf = (job: number) => `scheidungsanwalt-${job}.pdf`;
  const append = (job: number, type: string, data: { name?: string }) =>
    backends.eventStore.append(
      jobStream(job),
      [{ id: crypto.randomUUID(), type, data, metadata: { schemaVersion: 1 } }],
      { expected: 'any' },
    );

  /** The files of the data folder that hold any of the texts. */
  async function holders(texts: readonly string[]): Promise<string[]> {
    const names = (await readdir(folder)).filter((name) => /\.db(-wal)?$/.test(name));
    const bytes = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
    return names.filter((_, index) => texts.some((text) => bytes[index]?.includes(text)));
  }

  it('leaves no name of a deleted job in the bytes of the database, and room for others', async () => {
    for (let job = 1; job <= JOBS; job++) {
      await append(job, 'JobSubmitted', { name: secretOf(job).padEnd(1_000) });
      await append(job, 'JobDeleted', {});
    }
    const secrets = Array.from({ length: JOBS }, (_, index) => secretOf(index + 1));
    expect(await holders(secrets)).not.toEqual([]);
    for (let job = 1; job <= JOBS; job++) await backends.eventStore.truncate(jobStream(job), 1);
    const file = join(folder, 'inkstream.db');
    const before = await stat(file);
    const { health } = await start({ SCAVENGE_DELAY_MS: '0' });
    await until(async () => {
      expect(await health()).toMatchObject({ role: 'active', lastScavenge: expect.stringMatching(/^2/) });
    });
    expect(await holders(secrets)).toEqual([]);
    expect((await stat(file)).size).toBeLessThan(before.size / 2);
  });

  it('ends at once with a sentence if the event store cannot be used by it', async () => {
    const double = await startEventStoreDbDouble({ file: join(folder, 'double.db') });
    const url = `esdb://localhost:${double.port}?tls=true&maxDiscoverAttempts=1`;
    const env = {
      PATH: process.env.PATH,
      INKSTREAM_MODE: 'distributed',
      EVENTSTORE_URL: url,
      MINIO_URL: 'http://127.0.0.1:9',
      MINIO_ACCESS_KEY: 'none',
      MINIO_SECRET_KEY: 'none',
      MONGODB_URL: 'mongodb://127.0.0.1:9/none',
    };
    const from = performance.now();
    const ended = promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      env,
      timeout: 60_000,
    });
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^EventStoreDB at localhost:\d+: it speaks no TLS.*\n$/m),
    });
    expect(performance.now() - from).toBeLessThan(60_000);
    await double.close();
  });

  it('says that it is ready and what it has done, and ends with 0 when it is told to', async () => {
    const { child, health } = await start();
    expect(await health()).toMatchObject({
      status: 'ok',
      lastScavenge: 'none since the start',
      dependencies: { eventStore: 'ok' },
    });
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
  });
});

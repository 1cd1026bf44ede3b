import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { execute } from '@inkstream/job-store';
import { closeEngines, type Engines, openEngines, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const MAIN = new URL('./main.ts', import.meta.url).pathname;
const file = {
  originalName: 'receipt.png',
  mimeType: 'image/png',
  bytes: 1,
  sha256: '0'.repeat(64),
  storageKey: 'files/1',
  provider: 'a',
};

describe('the relay as a process', () => {
  let folder: string;
  let engines: Engines;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-relay-'));
    engines = await openEngines({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await closeEngines(engines);
    await rm(folder, { recursive: true });
  });

  /** Starts the relay, and gives the address of its health port. */
  const start = async (): Promise<string> => {
    const env = { PATH: process.env.PATH, PORT: '0', INKSTREAM_DATA_DIR: folder };
    const started = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    for await (const line of createInterface({ input: started.stderr })) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url) return url;
    }
    throw new Error('The relay did not start');
  };
  const stop = async (signal: NodeJS.Signals) => {
    if (!child) throw new Error('It does not run');
    const exit = once(child, 'exit');
    child.kill(signal);
    return (await exit)[0] as number | null;
  };

  it('loses nothing though it is killed again and again', async () => {
    await engines.bus.ensureTopics([{ name: JOB_EVENTS_TOPIC }]);
    const heard = new Set<string>();
    await engines.bus.tail({
      topic: JOB_EVENTS_TOPIC,
      from: 'beginning',
      handler: ({ headers }) => void heard.add(`${headers.ce_jobid}/${headers.ce_revision}`),
    });
    let submitted = 0;
    let writing = true;
    const writer = (async () => {
      while (writing) {
        await execute(engines.eventStore, ++submitted, { type: 'SubmitJob', name: '', files: [file] });
        await setTimeout(2);
      }
    })();
    for (const ms of [40, 130]) {
      await start();
      await setTimeout(ms);
      await stop('SIGKILL');
    }
    writing = false;
    await writer;
    await start();
    await vi.waitFor(() => expect(heard.size).toBe(submitted * 2), { timeout: 20_000, interval: 20 });
    expect(submitted).toBeGreaterThan(20);
  });

  it('says that it is ready, and ends with 0 when it is told to', async () => {
    const ready = await fetch(`${await start()}/health/ready`);
    expect(await ready.json()).toMatchObject({ status: 'ok', dependencies: { eventStore: 'ok', bus: 'ok' } });
    expect(await stop('SIGTERM')).toBe(0);
  });
});

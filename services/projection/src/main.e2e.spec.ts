import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addJob, documentsOf, openTestBackends, TestRelay, truthOf } from './spec-support/jobs.ts';

const MAIN = new URL('./main.ts', import.meta.url).pathname;
const JOBS = 250;

describe('the projection as a process', () => {
  let backends: Awaited<ReturnType<typeof openTestBackends>>;
  let child: ChildProcess | undefined;
  const ids = Array.from({ length: JOBS }, (_, n) => n + 1);
  beforeEach(async () => {
    backends = await openTestBackends();
    await backends.bus.ensureTopics([{ name: JOB_EVENTS_TOPIC }]);
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await backends.remove();
  });

  /** Starts the projection, and returns the address of its operations port. */
  const start = async (): Promise<string> => {
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      INKSTREAM_MODE: 'embedded',
      INKSTREAM_DATA_DIR: backends.folder,
    };
    const started = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    for await (const line of createInterface({ input: started.stderr })) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url) return url;
    }
    throw new Error('The projection did not start');
  };
  const stop = async (signal: NodeJS.Signals) => {
    if (!child) throw new Error('It does not run');
    const exit = once(child, 'exit');
    child.kill(signal);
    return (await exit)[0] as number | null;
  };
  const submit = async () => {
    await Promise.all(ids.map((id) => addJob(backends.eventStore, id)));
    await backends.bus.publish(JOB_EVENTS_TOPIC, await new TestRelay(backends.eventStore).take());
  };
  const expectTruth = async () => {
    const truth = await Promise.all(ids.map((id) => truthOf(backends.eventStore, id)));
    const documents = () => Promise.all(ids.map((id) => documentsOf(backends.readModel, id)));
    await vi.waitFor(async () => expect(await documents()).toEqual(truth), {
      timeout: 30_000,
      interval: 100,
    });
  };

  it('ends with the right documents though it is killed again and again', async () => {
    await submit();
    for (const ms of [0, 30]) {
      await start();
      await setTimeout(ms);
      await stop('SIGKILL');
    }
    await start();
    await expectTruth();
  });

  it('rebuilds when it is asked to, one at a time, and ends with 0 when it is told to', async () => {
    const url = await start();
    await submit();
    await expectTruth();
    const ask = async () => {
      const response = await fetch(`${url}/rebuild`, { method: 'POST' });
      return { status: response.status, body: await response.json() };
    };
    const answers = (await Promise.all([ask(), ask()])).sort((a, b) => a.status - b.status);
    expect(answers).toMatchObject([
      { status: 200, body: { jobs: JOBS, failed: [] } },
      { status: 409, body: { statusCode: 409, message: 'Conflict' } },
    ]);
    await expectTruth();
    expect(await stop('SIGTERM')).toBe(0);
  });
});

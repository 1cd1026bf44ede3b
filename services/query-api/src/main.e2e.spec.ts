import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';
import { openEventStream } from './spec-support/sse-client.ts';

const MAIN = new URL('./main.ts', import.meta.url).pathname;

let writer: QueryApiFixture;
let child: ChildProcess | undefined;
beforeEach(async () => {
  writer = await startQueryApi();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await writer.stop();
});

/** Starts the service on the writer's data, and returns its address once it listens. */
async function start(env: Record<string, string> = {}): Promise<string> {
  const started = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      INKSTREAM_MODE: 'embedded',
      INKSTREAM_DATA_DIR: writer.folder,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = started;
  let said = '';
  for await (const line of createInterface({ input: started.stderr })) {
    said += line;
    const url = /"url":"([^"]+)"/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error(said);
}

describe('the query API as a process', () => {
  it('tells of what another process writes, and ends with 0 and its streams when it is told to', async () => {
    await writer.submit(1);
    const url = await start();
    const stream = await openEventStream(`${url}/ocr-jobs/1/events`);
    expect(await stream.next()).toMatchObject({ event: 'job', data: { status: 'pending' } });
    await writer.start(1);
    await writer.relay(1);
    expect(await stream.next()).toMatchObject({
      event: 'execution',
      data: { execution: { status: 'running' } },
    });
    expect(await (await fetch(`${url}/ocr-jobs/1`)).json()).toMatchObject({ status: 'running' });
    const exit = once(child as ChildProcess, 'exit');
    child?.kill('SIGTERM');
    expect(await stream.next()).toBeNull();
    expect(await exit).toEqual([0, null]);
  });

  it('names the variable that it cannot start with', async () => {
    await expect(start({ MAX_EVENT_STREAMS: '0' })).rejects.toThrow('MAX_EVENT_STREAMS');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ForkedDouble, forkEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, follow, idsOf, toArray } from '../contract/subject.ts';
import type { EventStore, EventToAppend, ExpectedRevision } from '../event-store.ts';
import { openEventStoreDb } from './index.ts';

const WRITERS = 12;
/** When the server is killed, in ms after it started. */
const INSTANTS_MS = [150, 300, 220];
/** How long a ping that succeeded serves others, in ms. */
const PING_SHARED_MS = 1_000;
const unavailable = { name: 'EventStoreUnavailableError', transient: true };

describe.each([
  { mode: 'batch', batchAppend: true },
  { mode: 'classic', batchAppend: false },
])('EventStoreDB on the wire double, killed with SIGKILL, with $mode appends', ({ batchAppend }) => {
  let folder: string;
  let server: ForkedDouble;
  let store: EventStore;
  const start = (port = 0) => forkEventStoreDbDouble({ file: join(folder, 'log.db'), port, batchAppend });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-eventstoredb-'));
    server = await start();
    store = await openEventStoreDb({ url: server.url });
  });
  afterEach(async () => {
    await store.close();
    await server.kill();
    await rm(folder, { recursive: true });
  });
  const kill = () => server.kill('SIGKILL');
  const restart = async () => {
    server = await start(server.port);
  };

  /** Repeats the append, the same ids and the same expectation, until it is acknowledged. */
  async function appendStubbornly(stream: string, some: EventToAppend[], expected: ExpectedRevision) {
    for (;;) {
      try {
        return await store.append(stream, some, { expected });
      } catch (error) {
        expect(error).toMatchObject(unavailable);
        await sleep(20);
      }
    }
  }

  it('loses and doubles nothing, neither for those who append nor for those who follow (pitfall 3)', async () => {
    const follower = follow(store, {});
    let writing = true;
    const write = async (writer: number) => {
      const written: EventToAppend[] = [];
      while (writing) {
        const some = [event({ text: 'x'.repeat(2_000) }), event()];
        const expected = written.length === 0 ? 'no_stream' : written.length - 1;
        const { revision } = await appendStubbornly(`s${writer}`, some, expected);
        written.push(...some);
        expect(revision).toBe(written.length - 1);
      }
      return idsOf(written);
    };
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
    for (const instant of INSTANTS_MS) {
      await sleep(instant);
      await kill();
      await restart();
    }
    await sleep(100);
    writing = false;
    const written = await Promise.all(writers);
    for (const [writer, ids] of written.entries())
      expect(idsOf(await toArray(store.read(`s${writer}`)))).toEqual(ids);
    const seen = await follower.ids(written.flat().length);
    expect(new Set(seen)).toEqual(new Set(written.flat()));
    expect(seen).toHaveLength(written.flat().length);
    const positions = follower.steps.map(({ position }) => position);
    expect(positions).toEqual(positions.toSorted());
    await follower.stop();
  }, 60_000);

  it('reports the failure of many large appends to each of their callers, and to nobody else', async () => {
    const large = () => event({ text: 'x'.repeat(100_000) });
    await store.append('s', [event()], { expected: 'any' });
    const appends = Array.from({ length: 100 }, () => store.append('s', [large()], { expected: 'any' }));
    const settled = Promise.allSettled(appends);
    await sleep(20);
    await kill();
    for (const result of await settled)
      if (result.status === 'rejected') expect(result.reason).toMatchObject(unavailable);
    await restart();
    await appendStubbornly('s', [event()], 'any');
  }, 60_000);

  it('is unavailable while the server is down, and works again by itself once it is back (pitfall 2)', async () => {
    await store.append('s', [event()], { expected: 'any' });
    const follower = follow(store, { streamPrefix: 's' });
    await follower.ids(1);
    await kill();
    for (let n = 0; n < 3; n++) {
      await expect(store.append('s', [event()], { expected: 'any' })).rejects.toMatchObject(unavailable);
      await expect(toArray(store.read('s'))).rejects.toMatchObject(unavailable);
      await expect(store.truncate('s', 1)).rejects.toMatchObject(unavailable);
    }
    await sleep(PING_SHARED_MS);
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await restart();
    const one = event();
    await appendStubbornly('s', [one], 0);
    expect(idsOf(await toArray(store.read('s')))[1]).toBe(one.id);
    expect((await follower.ids(2))[1]).toBe(one.id);
    await follower.stop();
  }, 60_000);
});

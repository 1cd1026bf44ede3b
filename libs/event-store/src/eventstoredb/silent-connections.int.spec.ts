import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultyWay, startFaultyWay } from '@inkstream/testing';
import { type EventStoreDbDouble, startEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { openEventStoreDb, withRights } from './index.ts';

const LIMIT_MS = 2_000;
const event = () => ({ id: crypto.randomUUID(), type: 'Happened', data: {}, metadata: {} });

let folder: string;
let double: EventStoreDbDouble;
let way: FaultyWay;
let store: EventStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-silent-'));
  double = await startEventStoreDbDouble({ file: join(folder, 'events.db') });
  way = await startFaultyWay(double.port);
  const url = `esdb://127.0.0.1:${way.port}?tls=false`;
  const rights = ['read', 'append', 'subscribe', 'truncate'] as const;
  store = withRights(await openEventStoreDb({ url, limitMs: LIMIT_MS, heartbeatMs: LIMIT_MS }), {
    url,
    rights,
  });
});
afterEach(async () => {
  await store.close();
  await way.close();
  await double.close();
  await rm(folder, { recursive: true });
});

// gRPC waits for the first answer on a connection without a limit, and shares the connection among its clients.
describe('a store whose first connections never said a word, since answers were lost then', () => {
  it('appends, reads, subscribes and says that it is well once answers come', {
    timeout: 100_000,
  }, async () => {
    way.set({ kind: 'answers-lost' });
    const stop = new AbortController();
    const heard: string[] = [];
    const following = (async () => {
      for await (const { event: one } of store.subscribe({ streamPrefix: 'a', signal: stop.signal }))
        if (one) heard.push(one.stream);
    })();
    following.catch(() => {});
    const unavailable = { name: 'EventStoreUnavailableError' };
    await Promise.all([
      expect(store.ping()).rejects.toMatchObject(unavailable),
      expect(store.append('a-1', [event()], { expected: 'any' })).rejects.toMatchObject(unavailable),
      expect(Array.fromAsync(store.read('a-1'))).rejects.toMatchObject(unavailable),
    ]);
    way.set(null);
    const soon = { timeout: 40_000, interval: 100 };
    const again = event();
    await vi.waitFor(() => store.append('a-2', [again], { expected: 'any' }), soon);
    await vi.waitFor(async () => expect(await Array.fromAsync(store.read('a-2'))).toHaveLength(1), soon);
    await vi.waitFor(() => store.ping(), soon);
    await vi.waitFor(() => expect(heard).toContain('a-2'), soon);
    stop.abort();
    await following.catch(() => {});
  });
});

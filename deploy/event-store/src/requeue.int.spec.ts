import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestsTopic } from '@inkstream/contracts';
import { createEventRelay } from '@inkstream/event-relay';
import { createLease, type EventStore } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import { closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requeueUnfinished } from './requeue.ts';
import { jobsIn, uidOf } from './spec-support/jobs.ts';
import { logs } from './spec-support/logs.ts';

const log = silentLogger();
const { signal } = new AbortController();

describe.each(Object.keys(logs))('requests in a log on %s', (kind) => {
  let folder: string;
  let bus: MessageBus;
  let store: EventStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-requeue-'));
    ({ bus } = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, log, ['bus']));
    ({ store, close } = await logs[kind]!(folder));
  });
  afterEach(async () => {
    await close();
    await closeBackends({ bus });
    await rm(folder, { recursive: true });
  });

  /** The jobs whose requests the topic holds once a relay has published all, each as often as it does. */
  async function relayed(): Promise<string[]> {
    const relay = await createEventRelay({ eventStore: store, bus, log });
    const last = 1_000 + Math.floor(Math.random() * 1e9);
    await jobsIn(store).submit(last);
    const keys: string[] = [];
    const seen = Promise.withResolvers<void>();
    await bus.ensureTopics([{ name: requestsTopic('words') }]);
    const tail = await bus.tail({
      topic: requestsTopic('words'),
      from: 'beginning',
      handler({ key }) {
        keys.push(key);
        if (key.startsWith(`${last}/`)) seen.resolve();
      },
    });
    await seen.promise;
    await Promise.all([tail.close(), relay.close()]);
    await jobsIn(store).deleteJob(last);
    return keys.filter((key) => Number(key.split('/')[0]) < 1_000);
  }

  it('are published again from the oldest on that has not ended, and only if one has not', async () => {
    const jobs = jobsIn(store);
    await jobs.submit(1);
    await jobs.complete(1);
    await jobs.submit(2, ['a.png', 'b.png']);
    await jobs.submit(3);
    await jobs.deleteFile(2, 1);
    await jobs.start(2, 2);
    // A worker of a log that was lost wrote on.
    await jobs.complete(2, 2, uidOf(9));
    const once = ['1/1', '2/1', '2/2', '3/1'];
    expect(await relayed()).toEqual(once);
    expect(await relayed()).toEqual(once);

    expect(await requeueUnfinished(store, signal)).toEqual({ unfinished: 2, moved: true });
    expect(await requeueUnfinished(store, signal)).toEqual({ unfinished: 2, moved: false });
    const again = [...once, '2/2', '3/1'];
    expect(await relayed()).toEqual(again);

    await jobs.deleteJob(2);
    await jobs.complete(3);
    expect(await requeueUnfinished(store, signal)).toEqual({ unfinished: 0, moved: false });
    expect(await relayed()).toEqual(again);
  });

  it('stay as they are while a relay is at work, or has not come to them', async () => {
    await jobsIn(store).submit(1);
    expect(await requeueUnfinished(store, signal)).toEqual({ unfinished: 1, moved: false });
    const lease = createLease({ store, name: 'event-relay', ttlMs: 60_000 });
    expect(await lease.attempt()).toBe(true);
    await expect(requeueUnfinished(store, signal, 10)).rejects.toThrow('stop all services');
    await lease.release();
    expect(await requeueUnfinished(store, signal)).toEqual({ unfinished: 1, moved: false });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionCompleted } from '@inkstream/domain';
import type { EventStore, RecordedEvent } from '@inkstream/event-store';
import { openEventStoreDb } from '@inkstream/event-store/eventstoredb';
import { openSqliteEventStore } from '@inkstream/event-store/sqlite';
import { startEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { executeOnExecution } from './executions.ts';
import { executeOnJob } from './jobs.ts';
import { KnownJobs } from './known-jobs.ts';
import { enterReusable, forgetReusable, forgetReusableOf, reusableResults } from './reusable.ts';
import { complete, context, deleteFile, deleteJob, start, submit, UID } from './spec-support/commands.ts';

const content = { tenant: 'default', sha256: '0'.repeat(64) };

describe.each(['SQLite', 'EventStoreDB (its wire double)'])('results that may be reused, in %s', (kind) => {
  let folder: string;
  let store: EventStore;
  let stop = async () => {};
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-reusable-'));
    if (kind === 'SQLite') {
      store = await openSqliteEventStore({ file: join(folder, 'events.db') });
      return;
    }
    const double = await startEventStoreDbDouble({ file: join(folder, 'double.db') });
    store = await openEventStoreDb({ url: `esdb://localhost:${double.port}?tls=false` });
    stop = () => double.close();
  });
  afterEach(async () => {
    await store.close();
    await stop();
    await rm(folder, { recursive: true });
  });

  const entry = (executionId: number, settings = 's') => ({
    ...{ jobId: 1, executionId, fileId: executionId, uid: UID },
    ...{ settings, hours: 24 },
  });
  async function read(executionId: number, facts: Partial<ExecutionCompleted> = {}, settings = 's') {
    const on = (command: ReturnType<typeof complete>) =>
      executeOnExecution(store, { jobId: 1, executionId }, command, context);
    await on(start('w'));
    await enterReusable(store, content, entry(executionId, settings), 1);
    await on({ ...complete(), ...facts } as ReturnType<typeof complete>);
  }
  const found = async (settings = 's', { since = 0, tenant = 'default' } = {}) => {
    const stores = { eventStore: store, jobs: new KnownJobs(store) };
    const results = reusableResults(stores, { ...content, tenant }, settings, since);
    return (await Array.fromAsync(results)).map(({ executionId }) => executionId);
  };
  async function logged(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const { signal } = new AbortController();
    for await (const step of store.subscribe({ streamPrefix: 'reusableResults-', signal })) {
      if (step.event) events.push(step.event);
      if (step.caughtUp) break;
    }
    return events;
  }
  const submitted = (files: number) =>
    executeOnJob(store, 1, { ...submit(files), reuseHours: 24 } as ReturnType<typeof submit>, context);

  it('are found by bytes, tenant and settings, the latest first, each once', async () => {
    await submitted(3);
    await read(1);
    await read(2, {}, 'other');
    await read(3);
    await enterReusable(store, content, entry(3), 1);
    expect(await found()).toEqual([3, 1]);
    expect(await found('other')).toEqual([2]);
    expect(await found('s', { tenant: 'another' })).toEqual([]);
    expect(await found('s', { since: Date.now() + 60_000 })).toEqual([]);
  });

  it('are none that lack a page, or are copies themselves, though an attempt before had entered them', async () => {
    await submitted(3);
    await read(1, { pageErrors: 1 });
    await read(2, { reused: true });
    await enterReusable(store, content, entry(3), 1);
    expect(await found()).toEqual([]);
  });

  it('are forgotten with their file, and with their job, and none of others that came later', async () => {
    await submitted(3);
    for (const id of [1, 2, 3]) await read(id);
    await executeOnJob(store, 1, deleteFile(2), context);
    expect(await found()).toEqual([3, 1]);
    await forgetReusable(store, content, { uid: UID, fileId: 2 });
    expect(await found()).toEqual([3]);
    await executeOnJob(store, 1, deleteJob, context);
    await forgetReusableOf(store, 1, UID);
    // A log may show what is truncated until it is scavenged; a stream never does.
    for (const { stream } of await logged()) expect(await Array.fromAsync(store.read(stream))).toEqual([]);
  });

  it('name neither the tenant nor the bytes', async () => {
    await submitted(1);
    await read(1);
    const events = await logged();
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toMatch(/default|0{64}/);
  });
});

import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ForkedDouble, forkEventStoreDbDouble } from './index.ts';
import { event, failureOf, temporaryFolder } from './spec-support/server.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: ForkedDouble | undefined;
const clients: EventStoreDBClient[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await running?.kill('SIGKILL');
  running = undefined;
  await folder.remove();
});
const start = async (port = 0) => {
  running = await forkEventStoreDbDouble({ file: join(folder.path, 'log.db'), port });
  return running;
};
const connect = (url: string) => {
  const client = EventStoreDBClient.connectionString(url);
  clients.push(client);
  return client;
};
const idsIn = async (client: EventStoreDBClient, stream: string) => {
  const ids: string[] = [];
  for await (const { event } of client.readStream(stream)) if (event !== undefined) ids.push(event.id);
  return ids;
};

describe('the process of the EventStoreDB wire double', () => {
  it('loses no append that it answered, and splits none, when it is killed at any instant', async () => {
    for (let round = 0; round < 2; round++) {
      const double = await start();
      const client = connect(double.url);
      const stream = `round-${round}`;
      const answered: string[] = [];
      const write = async () => {
        for (;;) {
          const pair = [event(), event()];
          await client.appendToStream(stream, pair);
          for (const { id } of pair) answered.push(id);
          if (answered.length === 80 + 20 * round) return double.kill('SIGKILL');
        }
      };
      await Promise.allSettled(Array.from({ length: 4 }, write));
      const again = await start();
      const stored = await idsIn(connect(again.url), stream);
      await again.kill();
      expect(answered.filter((id) => !stored.includes(id))).toEqual([]);
      expect(stored.length % 2).toBe(0);
      expect(new Set(stored).size).toBe(stored.length);
    }
    running = undefined;
  });

  it('breaks appends and subscriptions when it dies; a repeated append is stored once', async () => {
    const first = await start();
    const [client, once] = [connect(first.url), event()];
    const subscription = client.subscribeToAll();
    const broken = new Promise((resolve) => subscription.once('error', resolve));
    subscription.resume();
    await client.appendToStream('kept', event());
    await first.inject({ kind: 'apply-then-hang', calls: 1 });
    const failing = failureOf(client.appendToStream('once', once, { expectedRevision: 'no_stream' }));
    await vi.waitFor(async () => expect(await idsIn(client, 'once')).toEqual([once.id]), 10_000);
    await first.kill('SIGKILL');
    expect(await failing).toMatchObject({ code: 14 });
    expect(await broken).toMatchObject({ code: 14 });
    const second = await start(first.port);
    const repeated = await connect(second.url).appendToStream('once', once, {
      expectedRevision: 'no_stream',
    });
    expect(repeated.nextExpectedRevision).toBe(0n);
    expect(await idsIn(connect(second.url), 'once')).toEqual([once.id]);
  });

  it('takes faults from its parent and lifts them', async () => {
    const double = await start();
    const client = connect(double.url);
    await double.inject({ kind: 'timeout' });
    expect(await failureOf(client.appendToStream('s', event()))).toMatchObject({ type: 'deadline-exceeded' });
    await double.lift();
    await client.appendToStream('s', event());
  });
});

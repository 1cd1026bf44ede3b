import { join } from 'node:path';
import {
  AccessDeniedError,
  DeadlineExceededError,
  EventStoreDBClient,
  NotLeaderError,
  TimeoutError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventStoreDbDouble, type Fault, startEventStoreDbDouble } from './index.ts';
import { event, failureOf, newStream, temporaryFolder } from './spec-support/server.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const doubles: EventStoreDbDouble[] = [];
const clients: EventStoreDBClient[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  for (const double of doubles.splice(0)) await double.close();
  await folder.remove();
});
const start = async (batchAppend: boolean) => {
  const file = join(folder.path, `${doubles.length}.db`);
  const double = await startEventStoreDbDouble({ file, batchAppend });
  doubles.push(double);
  return double;
};
/** A client whose connection is open: the first of many appends on a new one may land last. */
const clientOf = async ({ url }: EventStoreDbDouble) => {
  const client = EventStoreDBClient.connectionString(url);
  clients.push(client);
  await client.appendToStream(newStream(), event());
  return client;
};
const countIn = async (client: EventStoreDBClient, stream: string) => {
  let count = 0;
  for await (const _ of client.readStream(stream)) count += 1;
  return count;
};
const within = <T>(ms: number, work: Promise<T>) =>
  Promise.race([work, new Promise<'pending'>((resolve) => setTimeout(resolve, ms, 'pending'))]);

type ErrorClass = abstract new (...args: never[]) => Error;
const errors: [Fault['kind'], boolean, ErrorClass][] = [
  ['busy', false, UnavailableError],
  ['busy', true, UnknownError],
  ['timeout', false, TimeoutError],
  ['timeout', true, DeadlineExceededError],
  ['access-denied', false, AccessDeniedError],
  ['access-denied', true, AccessDeniedError],
  ['not-leader', false, NotLeaderError],
  ['not-leader', true, NotLeaderError],
];

describe.each([
  ['BatchAppend', true],
  ['Append', false],
])('a fault on the EventStoreDB wire double, appending by %s', (_name, batch) => {
  it('leaves an append without an answer and without effect, for as many calls as it says', async () => {
    const double = await start(batch);
    const [client, stream] = [await clientOf(double), newStream()];
    double.inject({ kind: 'hang', calls: 1 });
    const hanging = client.appendToStream(stream, event());
    hanging.catch(() => undefined);
    expect(await within(200, hanging)).toBe('pending');
    await client.appendToStream(stream, event(), { expectedRevision: 'no_stream' });
  });

  it('applies an append and never answers', async () => {
    const double = await start(batch);
    const [client, stream] = [await clientOf(double), newStream()];
    double.inject({ kind: 'apply-then-hang', calls: 1 });
    const hanging = client.appendToStream(stream, event());
    hanging.catch(() => undefined);
    expect(await within(200, hanging)).toBe('pending');
    expect(await countIn(client, stream)).toBe(1);
  });

  it('applies an append and breaks the connection; its repetition is stored once', async () => {
    const double = await start(batch);
    const [client, stream, once] = [await clientOf(double), newStream(), event()];
    double.inject({ kind: 'apply-then-drop', calls: 1 });
    const dropped = await failureOf(client.appendToStream(stream, once, { expectedRevision: 'no_stream' }));
    expect(dropped).toMatchObject({ code: 14 });
    const again = await client.appendToStream(stream, once, { expectedRevision: 'no_stream' });
    expect(again.nextExpectedRevision).toBe(0n);
    expect(await countIn(client, stream)).toBe(1);
  });

  it('delays an append', async () => {
    const double = await start(batch);
    const client = await clientOf(double);
    double.inject({ kind: 'slow', delayMs: 300 });
    const began = performance.now();
    await client.appendToStream(newStream(), event());
    expect(performance.now() - began).toBeGreaterThan(290);
  });

  it.each(errors.filter(([, of]) => of === batch))('answers %s', async (kind, _batch, expected) => {
    const double = await start(batch);
    const [client, stream] = [await clientOf(double), newStream()];
    double.inject({ kind });
    expect(await failureOf(client.appendToStream(stream, event()))).toBeInstanceOf(expected);
    double.lift();
    await client.appendToStream(stream, event(), { expectedRevision: 'no_stream' });
  });

  it('sends the client to the leader, where its next call goes', async () => {
    const [follower, leader] = [await start(batch), await start(batch)];
    const [client, stream] = [await clientOf(follower), newStream()];
    follower.inject({ kind: 'not-leader', leader: { host: '127.0.0.1', port: leader.port } });
    const refused = await failureOf(client.appendToStream(stream, event()));
    expect(refused).toMatchObject({ leader: { address: '127.0.0.1', port: leader.port } });
    await client.appendToStream(stream, event(), { expectedRevision: 'no_stream' });
    expect(await countIn(await clientOf(leader), stream)).toBe(1);
  });
});

describe('a fault of reads on the EventStoreDB wire double', () => {
  it('fails them, and lets appends through', async () => {
    const double = await start(true);
    const [client, stream] = [await clientOf(double), newStream()];
    double.inject({ kind: 'busy', of: 'reads', calls: 1 });
    await client.appendToStream(stream, event());
    expect(await failureOf(countIn(client, stream))).toBeInstanceOf(UnavailableError);
    expect(await countIn(client, stream)).toBe(1);
  });
});

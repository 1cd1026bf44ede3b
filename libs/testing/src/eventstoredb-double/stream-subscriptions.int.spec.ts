import { once } from 'node:events';
import { type EventStoreDBClient, StreamDeletedError } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, from, newStream, openServer, type TestServer } from './spec-support/server.ts';

let server: TestServer;
let client: EventStoreDBClient;
beforeAll(async () => {
  server = await openServer();
  client = server.client;
});
afterAll(() => server.close());

const take = async (subscription: AsyncIterable<{ event?: { revision: bigint } }>, count: number) => {
  const revisions: number[] = [];
  for await (const { event } of subscription) {
    revisions.push(Number(event?.revision));
    if (revisions.length === count) break;
  }
  return revisions;
};
const filled = async (count: number) => {
  const stream = newStream();
  const events = Array.from({ length: count }, (_, n) => event(n));
  await client.appendToStream(stream, events, { expectedRevision: 'no_stream' });
  return stream;
};

describe(`a subscription to a stream on ${from}`, () => {
  it('returns what is there, then what comes', async () => {
    const stream = await filled(2);
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => client.appendToStream(stream, event(2)));
    expect(await take(subscription, 3)).toEqual([0, 1, 2]);
  });

  it('excludes the revision that it starts from', async () => {
    const stream = await filled(4);
    expect(await take(client.subscribeToStream(stream, { fromRevision: 1n }), 2)).toEqual([2, 3]);
  });

  it('returns only what comes if it starts from the end', async () => {
    const stream = await filled(2);
    const subscription = client.subscribeToStream(stream, { fromRevision: 'end' });
    subscription.once('caughtUp', () => client.appendToStream(stream, event(2)));
    expect(await take(subscription, 1)).toEqual([2]);
  });

  it('waits for a stream that does not exist yet', async () => {
    const stream = newStream();
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => client.appendToStream(stream, event()));
    expect(await take(subscription, 1)).toEqual([0]);
  });

  it('leaves out what is truncated', async () => {
    const stream = await filled(4);
    await client.setStreamMetadata(stream, { truncateBefore: 2 });
    expect(await take(client.subscribeToStream(stream), 2)).toEqual([2, 3]);
  });

  it('4.8 fails without a confirmation if the stream is tombstoned', async () => {
    const stream = await filled(1);
    await client.tombstoneStream(stream);
    const told: string[] = [];
    const subscription = client.subscribeToStream(stream).resume();
    subscription.on('confirmation', () => told.push('confirmation'));
    const [error] = await once(subscription, 'error');
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(told).toEqual([]);
  });

  it('4.8 returns the tombstone that comes, then fails', async () => {
    const stream = await filled(1);
    const subscription = client.subscribeToStream(stream);
    const types: (string | undefined)[] = [];
    subscription.on('data', ({ event }) => types.push(event?.type));
    subscription.once('caughtUp', () => client.tombstoneStream(stream));
    const [error] = await once(subscription, 'error');
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(types).toEqual(['Counted', '$streamDeleted']);
  });

  it('4.9 returns live events of a stream that is truncated beyond its head, which reads do not show', async () => {
    const stream = await filled(2);
    await client.setStreamMetadata(stream, { truncateBefore: 10 });
    const subscription = client.subscribeToStream(stream);
    subscription.once('caughtUp', () => client.appendToStream(stream, event()));
    expect(await take(subscription, 1)).toEqual([2]);
    for await (const _ of client.readStream(stream)) throw new Error('It shows something.');
  });
});

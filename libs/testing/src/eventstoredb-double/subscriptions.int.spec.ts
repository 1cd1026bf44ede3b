import { once } from 'node:events';
import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  eventTypeFilter,
  type Position,
  streamNameFilter,
} from '@eventstore/db-client';
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
const caughtUp = (subscription: AllStreamSubscription) => once(subscription, 'caughtUp');

describe(`a subscription to $all on ${from}`, () => {
  it('returns what is there and what comes of the streams with a prefix', async () => {
    const stream = await filled(2);
    await filled(2);
    const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['zz-', stream] }) });
    subscription.once('caughtUp', () => client.appendToStream(`${stream}-too`, event()));
    expect(await take(subscription, 3)).toEqual([0, 1, 0]);
  });

  it('filters by regular expression and by type', async () => {
    const stream = await filled(2);
    const byName = client.subscribeToAll({ filter: streamNameFilter({ regex: `^${stream}$` }) });
    expect(await take(byName, 2)).toEqual([0, 1]);
    const byType = client.subscribeToAll({ filter: eventTypeFilter({ prefixes: ['$'] }) });
    for await (const { event } of byType) {
      expect(event?.type[0]).toBe('$');
      break;
    }
  });

  it('shows streams of the system if nothing is filtered', async () => {
    for await (const { event } of client.subscribeToAll()) {
      expect(event?.streamId[0]).toBe('$');
      break;
    }
  });

  it('returns only what comes if it starts from the end', async () => {
    const stream = await filled(2);
    const filter = streamNameFilter({ prefixes: [stream] });
    const subscription = client.subscribeToAll({ fromPosition: 'end', filter });
    subscription.once('caughtUp', () => client.appendToStream(stream, event(2)));
    expect(await take(subscription, 1)).toEqual([2]);
  });

  it('excludes the position that it starts from', async () => {
    const stream = await filled(3);
    const positions: Position[] = [];
    for await (const { event } of client.readStream(stream)) {
      if (event?.position !== undefined) positions.push(event.position);
    }
    const [, second] = positions;
    const subscription = client.subscribeToAll({
      ...(second === undefined ? {} : { fromPosition: second }),
      filter: streamNameFilter({ prefixes: [stream] }),
    });
    expect(await take(subscription, 1)).toEqual([2]);
  });

  it('reports a checkpoint after checkpointInterval × maxSearchWindow considered events', async () => {
    const [noise, last] = [await filled(100), newStream()];
    const checkpoints: Position[] = [];
    const subscription = client.subscribeToAll({
      filter: streamNameFilter({
        prefixes: [last],
        checkpointInterval: 2,
        maxSearchWindow: 10,
        checkpointReached: async (_, position) => void checkpoints.push(position),
      }),
    });
    await caughtUp(subscription);
    const before = checkpoints.length;
    expect(before).toBeGreaterThanOrEqual(5);
    await client.appendToStream(
      noise,
      Array.from({ length: 40 }, () => event()),
    );
    await client.appendToStream(last, event());
    await take(subscription, 1);
    expect(checkpoints.length - before).toBe(2);
    const commits = checkpoints.map(({ commit }) => commit);
    expect(commits).toEqual([...commits].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('loses nothing and repeats nothing if it starts again from any checkpoint', async () => {
    const stream = await filled(10);
    for (let n = 10; n < 20; n++) await client.appendToStream(stream, event(n));
    const prefixes = [stream];
    let read = 0;
    const restarts: { at: Position; given: number }[] = [];
    const subscription: AllStreamSubscription = client.subscribeToAll({
      filter: streamNameFilter({
        prefixes,
        checkpointInterval: 1,
        maxSearchWindow: 3,
        checkpointReached: async (_, at) =>
          void restarts.push({ at, given: read + subscription.readableLength }),
      }),
    });
    await new Promise<void>((resolve) => {
      subscription.on('data', () => {
        read += 1;
        if (read === 20) resolve();
      });
    });
    const within = restarts.filter(({ given }) => given > 0 && given < 20);
    expect(within.length).toBeGreaterThanOrEqual(5);
    for (const { at, given } of within) {
      const again = client.subscribeToAll({ fromPosition: at, filter: streamNameFilter({ prefixes }) });
      expect(await take(again, 1)).toEqual([given]);
    }
  });
});

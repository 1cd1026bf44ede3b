import { once } from 'node:events';
import {
  type EventStoreDBClient,
  type Position,
  type ReadPosition,
  streamNameFilter,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, failureOf, from, newStream, openServer, type TestServer } from './spec-support/server.ts';

let server: TestServer;
let client: EventStoreDBClient;
let at: Position;
beforeAll(async () => {
  server = await openServer();
  client = server.client;
  const stream = newStream();
  await client.appendToStream(stream, [event(), event()]);
  for await (const { event } of client.readStream(stream, { maxCount: 1 })) {
    if (event?.position !== undefined) at = event.position;
  }
});
afterAll(() => server.close());

/** What a subscription is told until it fails, and how it fails. */
const failing = async (fromPosition: ReadPosition) => {
  const told: string[] = [];
  const subscription = client.subscribeToAll({ fromPosition });
  subscription.on('confirmation', () => told.push('confirmation')).resume();
  const [error] = await once(subscription, 'error');
  return { told, error };
};

describe(`a bad position on ${from}`, () => {
  it('1.11 within a record: the subscription is confirmed, and then refused', async () => {
    const { told, error } = await failing({ commit: at.commit + 1n, prepare: at.commit + 1n });
    expect(told).toEqual(['confirmation']);
    expect(error).toMatchObject({ code: 3 });
  });

  it('1.12 whose commit is before its prepare, or too large: the subscription is refused', async () => {
    for (const bad of [
      { commit: at.commit, prepare: at.commit + 1n },
      { commit: 2n ** 63n, prepare: 0n },
    ]) {
      const { told, error } = await failing(bad);
      expect(told).toEqual([]);
      expect(error).toMatchObject({ code: 2 });
    }
  });

  it('1.13 of 2^64-1 / 2^64-1 means the end', async () => {
    const prefixes = [newStream()];
    await client.appendToStream(prefixes[0] ?? '', event());
    const nowhere = { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n };
    const filter = streamNameFilter({ prefixes });
    const subscription = client.subscribeToAll({ fromPosition: nowhere, filter });
    await once(subscription, 'caughtUp');
    await client.appendToStream(prefixes[0] ?? '', event());
    const [given] = await once(subscription, 'data');
    expect(given.event?.revision).toBe(1n);
  });

  it('1.14 beyond the end is caught up with, and waits until the log has grown past it', async () => {
    const prefixes = [newStream()];
    const beyond = at.commit + 1_000_000n;
    const filter = streamNameFilter({ prefixes });
    const subscription = client.subscribeToAll({
      fromPosition: { commit: beyond, prepare: beyond },
      filter,
    });
    const given: unknown[] = [];
    subscription.on('data', (one) => given.push(one));
    await once(subscription, 'caughtUp');
    await client.appendToStream(prefixes[0] ?? '', event());
    await client.appendToStream(prefixes[0] ?? '', event());
    expect(given).toEqual([]);
  });

  it('4.10 of a read of $all is refused', async () => {
    const read = async (fromPosition: ReadPosition, direction: 'forwards' | 'backwards' = 'forwards') => {
      for await (const _ of client.readAll({ fromPosition, direction, maxCount: 1 })) break;
    };
    const within = { commit: at.commit + 1n, prepare: at.commit + 1n };
    const turned = { commit: at.commit, prepare: at.commit + 1n };
    const beyond = { commit: at.commit + 10_000n, prepare: at.commit + 10_000n };
    expect(await failureOf(read(within))).toMatchObject({ code: 2 });
    expect(await failureOf(read(turned))).toMatchObject({ code: 2 });
    expect(await failureOf(read(beyond, 'backwards'))).toMatchObject({ code: 2 });
  });
});

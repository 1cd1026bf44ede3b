import { once } from 'node:events';
import {
  type EventStoreDBClient,
  type Position,
  type ReadPosition,
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

const NOWHERE = { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n };
const BEGINNING = { commit: 0n, prepare: 0n };

interface Options {
  readonly prefix?: string;
  readonly interval?: number;
  readonly window?: number;
  readonly after?: ReadPosition;
}
/** A filtered subscription, and what it was told, in order. */
const follow = ({ prefix = newStream(), interval = 1, window = 500, after = 'start' }: Options) => {
  const told: (Position | string)[] = [];
  const options = {
    checkpointInterval: interval,
    maxSearchWindow: window,
    checkpointReached: async (_: unknown, position: Position) => void told.push(position),
  };
  const subscription = client.subscribeToAll({
    fromPosition: after,
    filter: streamNameFilter({ prefixes: [prefix], ...options }),
  });
  for (const name of ['confirmation', 'caughtUp'] as const) subscription.on(name, () => told.push(name));
  subscription.on('data', ({ event }) => told.push(`event ${event?.revision}`));
  return { subscription, told, caughtUp: once(subscription, 'caughtUp') };
};
const filled = async (count: number, stream = newStream()) => {
  const events = Array.from({ length: count }, (_, n) => event(n));
  await client.appendToStream(stream, events);
  return stream;
};
const placesIn = async (stream: string) => {
  const places: Position[] = [];
  for await (const { event } of client.readStream(stream)) if (event?.position) places.push(event.position);
  return places;
};

// What follows is told of a log of few events: of a real server, a new one.
describe(`checkpoints of catching up, on ${from}`, () => {
  it('1.1 is 2^64-1 / 2^64-1 from the start if nothing matched and the interval was not reached', async () => {
    for (let round = 0; round < 2; round++) {
      const { told, caughtUp } = follow({ window: 100_000 });
      await caughtUp;
      expect(told).toEqual(['confirmation', NOWHERE, 'caughtUp']);
    }
  });

  it('1.1 is the match if there is one, and none without a filter', async () => {
    const stream = await filled(2);
    const { told, caughtUp } = follow({ prefix: stream, window: 100_000 });
    await caughtUp;
    const [, last] = await placesIn(stream);
    expect(told).toEqual(['confirmation', 'event 0', 'event 1', last, 'caughtUp']);
  });

  it('1.2 is 0/0 from 0/0', async () => {
    const { told, caughtUp } = follow({ after: BEGINNING, window: 100_000 });
    await caughtUp;
    expect(told).toEqual(['confirmation', BEGINNING, 'caughtUp']);
  });

  it('1.3 is where a page begins, with prepare 0, from 0/0 on: a page behind', async () => {
    await filled(60);
    const { told, caughtUp } = follow({ window: 20 });
    await caughtUp;
    const places = told.filter((one) => typeof one !== 'string');
    expect(places.length).toBeGreaterThanOrEqual(3);
    expect(places[0]).toEqual(BEGINNING);
    for (const { prepare } of places) expect(prepare).toBe(0n);
    const commits = places.map(({ commit }) => commit);
    expect(commits).toEqual([...new Set(commits)].sort((a, b) => (a < b ? -1 : 1)));
    const [last] = (await placesIn(await filled(1))).slice(-1);
    expect(commits.at(-1)).toBeLessThan(last?.commit ?? 0n);
  });

  it('1.4 is the start if nothing matched, and never the end of the log', async () => {
    const [after] = await placesIn(await filled(1));
    await filled(5);
    const { told, caughtUp } = follow({ ...(after && { after }) });
    await caughtUp;
    expect(told).toEqual(['confirmation', after, 'caughtUp']);
  });

  it('1.7 is none from the end, or from the last event', async () => {
    const places = await placesIn(await filled(3));
    for (const after of ['end', places[2]] as const) {
      const { told, caughtUp } = follow({ ...(after && { after }) });
      await caughtUp;
      expect(told).toEqual(['confirmation', 'caughtUp']);
    }
  });
});

describe(`checkpoints of a live subscription, on ${from}`, () => {
  it('1.5 come each interval of events since it began, at the last of them', async () => {
    await filled(7);
    const { subscription, told, caughtUp } = follow({ interval: 2, window: 5, after: BEGINNING });
    await caughtUp;
    const before = told.length;
    const noise = await filled(25);
    const places = await placesIn(noise);
    await expect.poll(() => told.slice(before), { timeout: 5_000 }).toEqual([places[9], places[19]]);
    await subscription.unsubscribe();
  });
});

describe(`places on ${from}`, () => {
  it('2.1 have the same commit and prepare, also of the events of one append', async () => {
    for (const { commit, prepare } of await placesIn(await filled(3))) expect(prepare).toBe(commit);
  });
});

import type { EventStoreDBClient, Position, ResolvedEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, failureOf, from, newStream, openServer, type TestServer } from './spec-support/server.ts';

let server: TestServer;
let client: EventStoreDBClient;
const stream = newStream();
const STORED = 600;
beforeAll(async () => {
  server = await openServer();
  client = server.client;
  const events = Array.from({ length: STORED }, (_, n) => event(n));
  await client.appendToStream(stream, events.slice(0, 1));
  await client.appendToStream(stream, events.slice(1));
});
afterAll(() => server.close());

const collect = async (read: AsyncIterable<ResolvedEvent>) => {
  const events: NonNullable<ResolvedEvent['event']>[] = [];
  for await (const { event } of read) if (event !== undefined) events.push(event);
  return events;
};
const revisions = async (read: AsyncIterable<ResolvedEvent>) =>
  (await collect(read)).map(({ revision }) => Number(revision));
const positionOf = ({ position }: { position?: Position }): Position => {
  if (position === undefined) throw new Error('The event has no position.');
  return position;
};

describe(`reading a stream on ${from}`, () => {
  it('returns every event in order, over many pages', async () => {
    expect(await revisions(client.readStream(stream))).toEqual(Array.from({ length: STORED }, (_, n) => n));
  });

  it('includes the first revision both ways', async () => {
    const forwards = client.readStream(stream, { fromRevision: 597n });
    expect(await revisions(forwards)).toEqual([597, 598, 599]);
    const backwards = client.readStream(stream, { fromRevision: 2n, direction: 'backwards' });
    expect(await revisions(backwards)).toEqual([2, 1, 0]);
  });

  it('returns no more than was asked for, and nothing beyond the end', async () => {
    expect(await revisions(client.readStream(stream, { maxCount: 2 }))).toEqual([0, 1]);
    const last = client.readStream(stream, { fromRevision: 'end', direction: 'backwards', maxCount: 2 });
    expect(await revisions(last)).toEqual([599, 598]);
    expect(await revisions(client.readStream(stream, { fromRevision: 600n }))).toEqual([]);
    const beyond = client.readStream(stream, { fromRevision: 9_000n, direction: 'backwards', maxCount: 1 });
    expect(await revisions(beyond)).toEqual([599]);
  });

  it('returns the time of writing', async () => {
    const [first] = await collect(client.readStream(stream, { maxCount: 1 }));
    expect(Math.abs(Date.now() - Number(first?.created.getTime()))).toBeLessThan(60_000);
  });
});

describe(`reading $all on ${from}`, () => {
  it('returns every event in the order of ever greater positions, that leave gaps', async () => {
    const ours = (await collect(client.readAll())).filter(({ streamId }) => streamId === stream);
    expect(ours.map(({ revision }) => Number(revision))).toEqual(Array.from({ length: STORED }, (_, n) => n));
    const commits = ours.map((event) => positionOf(event).commit);
    expect(commits).toEqual([...commits].sort((a, b) => (a < b ? -1 : 1)));
    expect(commits.some((commit, n) => n > 0 && commit - (commits[n - 1] ?? 0n) > 1n)).toBe(true);
  });

  it('2.4 holds streams of the system, and begins with one of them', async () => {
    const [first] = await collect(client.readAll({ maxCount: 1 }));
    expect(first?.streamId).toMatch(/^\$\$/);
    expect(positionOf(first ?? {}).commit).toBeGreaterThan(500n);
  });

  it('includes its position forwards, and excludes it backwards', async () => {
    const [at] = await collect(client.readStream(stream, { fromRevision: 300n, maxCount: 1 }));
    const position = positionOf(at ?? {});
    const forwards = client.readAll({ fromPosition: position, maxCount: 2 });
    expect(await revisions(forwards)).toEqual([300, 301]);
    const backwards = client.readAll({ fromPosition: position, direction: 'backwards', maxCount: 2 });
    expect(await revisions(backwards)).toEqual([299, 298]);
  });

  it('4.1 refuses to read forwards from the end, and nothing at all', async () => {
    for (const senseless of [
      client.readAll({ fromPosition: 'end' }),
      client.readAll({ maxCount: 0 }),
      client.readStream(stream, { fromRevision: 'end' }),
      client.readStream(stream, { maxCount: 0 }),
    ]) {
      expect(await failureOf(revisions(senseless))).toMatchObject({ code: 2 });
    }
  });

  it('ends when the reader leaves, and the connection goes on', async () => {
    for await (const _ of client.readAll()) break;
    expect(await revisions(client.readStream(stream, { maxCount: 1 }))).toEqual([0]);
  });
});

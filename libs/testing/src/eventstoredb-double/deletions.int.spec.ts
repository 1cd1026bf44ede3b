import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventStoreDBClient,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, failureOf, from, newStream, openServer, type TestServer } from './spec-support/server.ts';

let server: TestServer;
let client: EventStoreDBClient;
beforeAll(async () => {
  server = await openServer();
  client = server.client;
});
afterAll(() => server.close());

const revisionsOf = async (stream: string, options?: { direction: 'backwards'; fromRevision: 'end' }) => {
  const revisions: number[] = [];
  for await (const { event } of client.readStream(stream, options)) revisions.push(Number(event?.revision));
  return revisions;
};
const allOf = async (stream: string) => {
  const found: string[] = [];
  for await (const { event } of client.readAll({ direction: 'backwards', fromPosition: 'end' })) {
    if (event?.streamId === stream) found.unshift(`${event.revision} ${event.type}`);
  }
  return found;
};
const filled = async (events = 3) => {
  const stream = newStream();
  await client.appendToStream(
    stream,
    Array.from({ length: events }, (_, n) => event(n)),
    { expectedRevision: 'no_stream' },
  );
  return stream;
};

describe(`soft deletion on ${from}`, () => {
  it('hides the events from reads, and leaves them in $all', async () => {
    const stream = await filled();
    await client.deleteStream(stream);
    const error = await failureOf(revisionsOf(stream));
    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error).toMatchObject({ streamName: stream });
    expect(await allOf(stream)).toEqual(['0 Counted', '1 Counted', '2 Counted']);
  });

  it('4.4 writes the largest 64-bit number as text to the metadata, whose other keys are lost', async () => {
    const stream = await filled();
    await client.setStreamMetadata(stream, { maxCount: 9, ours: 'lost' });
    const { position } = await client.deleteStream(stream);
    expect(position?.commit).toBeGreaterThan(0n);
    const { metadata } = await client.getStreamMetadata(stream);
    expect(metadata).toEqual({ truncateBefore: Number('9223372036854775807') });
  });

  it.each(['no_stream', 'any', 2n] as const)(
    'lets an append that expects %s revive the stream, and numbering goes on',
    async (expectedRevision) => {
      const stream = await filled();
      await client.deleteStream(stream);
      const { nextExpectedRevision } = await client.appendToStream(stream, event(), { expectedRevision });
      expect(nextExpectedRevision).toBe(3n);
      expect(await revisionsOf(stream)).toEqual([3]);
      expect((await client.getStreamMetadata(stream)).metadata).toEqual({ truncateBefore: 3 });
      const repeated = client.appendToStream(stream, event(), { expectedRevision: 'no_stream' });
      expect(await failureOf(repeated)).toBeInstanceOf(WrongExpectedVersionError);
    },
  );

  it('refuses an append that expects another head than the old one, or a stream', async () => {
    const stream = await filled();
    await client.deleteStream(stream);
    const behind = client.appendToStream(stream, event(), { expectedRevision: 1n });
    expect(await failureOf(behind)).toBeInstanceOf(WrongExpectedVersionError);
    const existing = client.appendToStream(stream, event(), { expectedRevision: 'stream_exists' });
    expect(await failureOf(existing)).toBeInstanceOf(StreamDeletedError);
  });

  it('revives a stream whose metadata is set', async () => {
    const stream = await filled();
    await client.deleteStream(stream);
    await client.setStreamMetadata(stream, { ours: 'new' });
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ ours: 'new', truncateBefore: 3 });
    expect(await revisionsOf(stream)).toEqual([]);
  });

  it('4.5 of a stream that never was is a conflict, and so is its tombstone', async () => {
    for (const remove of [client.deleteStream(newStream()), client.tombstoneStream(newStream())]) {
      const error = await failureOf(remove);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({ actualVersion: -1n, message: expect.stringContaining('Delete failed') });
    }
  });

  it('checks the expected revision', async () => {
    const stream = await filled();
    const error = await failureOf(client.deleteStream(stream, { expectedRevision: 1n }));
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 1n, actualVersion: 2n });
    await client.deleteStream(stream, { expectedRevision: 2n });
  });
});

describe(`tombstones on ${from}`, () => {
  it('delete a stream and its metadata for ever, and are the last event in $all', async () => {
    const stream = await filled(1);
    await client.tombstoneStream(stream, { expectedRevision: 0n });
    for (const name of [stream, `$$${stream}`]) {
      const error = await failureOf(revisionsOf(name));
      expect(error).toBeInstanceOf(StreamDeletedError);
      expect(error).toMatchObject({ streamName: name });
    }
    for (const again of [client.tombstoneStream(stream), client.deleteStream(stream)]) {
      expect(await failureOf(again)).toBeInstanceOf(StreamDeletedError);
    }
    expect(await allOf(stream)).toEqual(['0 Counted', '9223372036854775807 $streamDeleted']);
  });

  it('4.7 let metadata be written, but not read', async () => {
    const stream = await filled(1);
    await client.setStreamMetadata(stream, { ours: 1 });
    await client.tombstoneStream(stream);
    const written = await client.setStreamMetadata(stream, { ours: 2 });
    expect(written.nextExpectedRevision).toBe(1n);
    expect(await failureOf(client.getStreamMetadata(stream))).toBeInstanceOf(StreamDeletedError);
  });

  it('check the expected revision', async () => {
    const stream = await filled(1);
    const error = await failureOf(client.tombstoneStream(stream, { expectedRevision: 'no_stream' }));
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ actualVersion: 0n });
  });
});

describe(`stream metadata on ${from}`, () => {
  it('is a stream of its own, of which a read shows only the last event', async () => {
    const stream = newStream();
    await client.setStreamMetadata(stream, { ours: 1 }, { expectedRevision: 'no_stream' });
    await client.setStreamMetadata(stream, { ours: 2 }, { expectedRevision: 0n });
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ ours: 2 });
    expect(await revisionsOf(`$$${stream}`)).toEqual([1]);
    expect(await allOf(`$$${stream}`)).toEqual(['0 $metadata', '1 $metadata']);
    expect(await failureOf(revisionsOf(stream))).toBeInstanceOf(StreamNotFoundError);
    await client.appendToStream(stream, event(), { expectedRevision: 'stream_exists' });
  });

  it('truncates: reads begin at $tb both ways, and $all keeps the events', async () => {
    const stream = await filled(4);
    await client.setStreamMetadata(stream, { truncateBefore: 2 });
    expect(await revisionsOf(stream)).toEqual([2, 3]);
    expect(await revisionsOf(stream, { direction: 'backwards', fromRevision: 'end' })).toEqual([3, 2]);
    expect(await allOf(stream)).toHaveLength(4);
    await client.setStreamMetadata(stream, { truncateBefore: 4 });
    expect(await revisionsOf(stream)).toEqual([]);
  });

  it('limits what reads show to $maxCount events', async () => {
    const stream = await filled(4);
    await client.setStreamMetadata(stream, { maxCount: 3 });
    expect(await revisionsOf(stream)).toEqual([1, 2, 3]);
    await client.appendToStream(stream, event());
    expect(await revisionsOf(stream)).toEqual([2, 3, 4]);
  });

  it('limits what reads show to events younger than $maxAge seconds', async () => {
    const stream = await filled(2);
    await client.setStreamMetadata(stream, { maxAge: 1 });
    await delay(1_100);
    await client.appendToStream(stream, event(), { expectedRevision: 1n });
    expect(await revisionsOf(stream)).toEqual([2]);
  });
});

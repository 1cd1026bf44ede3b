import { randomUUID } from 'node:crypto';
import {
  type AppendExpectedRevision,
  type AppendToStreamOptions,
  binaryEvent,
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnknownError,
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

// Who gives credentials is served by the classic call Append.
const calls: [string, AppendToStreamOptions][] = [
  ['BatchAppend, if the server has it,', {}],
  ['the classic Append', { credentials: { username: 'admin', password: 'changeit' } }],
];

describe.each(calls)(`appending by %s on ${from}`, (_name, options) => {
  const append = (
    stream: string,
    expectedRevision: AppendExpectedRevision,
    ...events: ReturnType<typeof event>[]
  ) => client.appendToStream(stream, events, { ...options, expectedRevision });
  const idsIn = async (stream: string) => {
    const ids: (string | undefined)[] = [];
    for await (const { event } of client.readStream(stream)) ids.push(event?.id);
    return ids;
  };

  it('counts revisions from 0, and returns the last one that was written', async () => {
    const stream = newStream();
    expect(await append(stream, 'no_stream', event(), event())).toMatchObject({ nextExpectedRevision: 1n });
    expect(await append(stream, 1n, event())).toMatchObject({ success: true, nextExpectedRevision: 2n });
  });

  it('refuses a wrong expectation and writes nothing', async () => {
    const stream = newStream();
    const none = await failureOf(append(stream, 3n, event()));
    expect(none).toBeInstanceOf(WrongExpectedVersionError);
    expect(none).toMatchObject({ streamName: stream, expectedVersion: 3n, actualVersion: 'no_stream' });
    expect(await failureOf(append(stream, 'stream_exists', event()))).toMatchObject({
      expectedVersion: 'stream_exists',
      actualVersion: 'no_stream',
    });
    const first = event();
    await append(stream, 'any', first);
    for (const expected of ['no_stream', 5n] as const) {
      const error = await failureOf(append(stream, expected, event()));
      expect(error).toMatchObject({ expectedVersion: expected, actualVersion: 0n });
    }
    expect(await idsIn(stream)).toEqual([first.id]);
  });

  it('takes a repeated append as done: exact or no_stream, all ids in their places', async () => {
    const stream = newStream();
    const [a, b, c] = [event(1), event(2), event(3)];
    await append(stream, 'no_stream', a, b);
    await append(stream, 1n, c);
    expect(await append(stream, 'no_stream', a, b)).toMatchObject({ nextExpectedRevision: 1n });
    expect(await append(stream, 0n, b, c)).toMatchObject({ nextExpectedRevision: 2n });
    expect(await idsIn(stream)).toEqual([a.id, b.id, c.id]);
  });

  it('refuses what is repeated only in part', async () => {
    const stream = newStream();
    const [a, b] = [event(1), event(2)];
    await append(stream, 'no_stream', a, b);
    for (const [expected, events] of [
      ['no_stream', [a, event()]],
      ['no_stream', [event(), b]],
      ['no_stream', [a, b, event()]],
      [0n, [a]],
      ['any', [a, event()]],
    ] as const) {
      const error = await failureOf(append(stream, expected, ...events));
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
    }
    expect(await idsIn(stream)).toEqual([a.id, b.id]);
  });

  it('takes a repeated append of any or stream_exists as done while it remembers every id', async () => {
    const stream = newStream();
    const [a, b] = [event(1), event(2)];
    await append(stream, 'any', a, b);
    await append(stream, 'any', event());
    expect(await append(stream, 'any', a, b)).toMatchObject({ nextExpectedRevision: 1n });
    expect(await append(stream, 'stream_exists', b)).toMatchObject({ nextExpectedRevision: 1n });
    expect(await idsIn(stream)).toHaveLength(3);
  });

  it('writes an id again if the first one is new, in another stream, or at the exact head', async () => {
    const [stream, other] = [newStream(), newStream()];
    const [a, b] = [event(1), event(2)];
    await append(stream, 'any', a);
    expect(await append(stream, 'any', b, a)).toMatchObject({ nextExpectedRevision: 2n });
    expect(await append(stream, 2n, a)).toMatchObject({ nextExpectedRevision: 3n });
    expect(await append(other, 'any', a)).toMatchObject({ nextExpectedRevision: 0n });
    expect(await idsIn(stream)).toEqual([a.id, b.id, a.id, a.id]);
  });

  it('keeps bytes and text as they came, in a stream of any name', async () => {
    const stream = `${newStream()} – größer/€`;
    const metadata = { causation: 'ü' };
    const text = jsonEvent({ type: 'Texted', data: { text: 'Kaffee €' }, metadata });
    const bytes = binaryEvent({ type: 'Bytes', data: Uint8Array.of(0, 255, 1), metadata: Uint8Array.of(7) });
    await client.appendToStream(stream, [text, bytes], options);
    const read: unknown[] = [];
    for await (const { event } of client.readStream(stream)) read.push(event);
    expect(read).toMatchObject([
      { streamId: stream, id: text.id, type: 'Texted', data: text.data, metadata, isJson: true },
      { streamId: stream, id: bytes.id, data: Uint8Array.of(0, 255, 1), isJson: false },
    ]);
  });

  it('takes no more than 1,048,576 bytes: data, metadata and twice the type of every event', async () => {
    const stream = newStream();
    const sized = (size: number) => binaryEvent({ type: 'ab', data: new Uint8Array(size - 4) });
    const half = 1_048_576 / 2;
    const over = await failureOf(client.appendToStream(stream, [sized(half), sized(half + 1)], options));
    expect(over).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(over).toMatchObject({ maxAppendSize: 1_048_576 });
    await client.appendToStream(stream, [sized(half), sized(half)], options);
  });

  it('takes an append in several parts as one', async () => {
    const stream = newStream();
    const events = Array.from({ length: 50 }, (_, n) => event(n));
    await client.appendToStream(stream, events, { ...options, batchAppendSize: 500 });
    expect(await idsIn(stream)).toEqual(events.map(({ id }) => id));
  });

  it.each(['', '$$'])('refuses the name "%s"', async (name) => {
    expect(await failureOf(append(name, 'any', event()))).toBeInstanceOf(UnknownError);
  });

  it('lets one of many concurrent writers win', async () => {
    const stream = newStream();
    const racing = Array.from({ length: 20 }, () => append(stream, 'no_stream', event(0, randomUUID())));
    const settled = await Promise.allSettled(racing);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('refuses every append to a tombstoned stream', async () => {
    const stream = newStream();
    await append(stream, 'any', event());
    await client.tombstoneStream(stream);
    for (const expected of ['any', 'no_stream', 'stream_exists', 0n] as const) {
      const error = await failureOf(append(stream, expected, event()));
      expect(error).toBeInstanceOf(StreamDeletedError);
      expect(error).toMatchObject({ streamName: stream });
    }
  });
});

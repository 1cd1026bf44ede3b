import { randomUUID } from 'node:crypto';
import type {
  AppendExpectedRevision,
  AppendToStreamOptions,
  EventStoreDBClient,
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

// Who gives credentials is served by the classic call Append.
const calls: [string, AppendToStreamOptions][] = [
  ['BatchAppend, if the server has it,', {}],
  ['the classic Append', { credentials: { username: 'admin', password: 'changeit' } }],
];

describe.each(calls)(`repeated events, appended by %s on ${from}`, (_name, options) => {
  const append = (
    stream: string,
    expectedRevision: AppendExpectedRevision,
    ...events: ReturnType<typeof event>[]
  ) => client.appendToStream(stream, events, { ...options, expectedRevision });

  it('3.5 in a second stream: any knows the first, no_stream and numbers know both', async () => {
    const [first, second, once] = [newStream(), newStream(), event()];
    await append(first, 'no_stream', once);
    await append(second, 'no_stream', once);
    expect((await append(first, 'any', once)).nextExpectedRevision).toBe(0n);
    expect((await append(second, 'no_stream', once)).nextExpectedRevision).toBe(0n);
    expect((await append(second, 'any', once)).nextExpectedRevision).toBe(1n);
    expect((await append(second, 'any', once)).nextExpectedRevision).toBe(2n);
  });

  it('3.6 twice in one append are written twice, and any answers with the first', async () => {
    const [stream, once] = [newStream(), event()];
    expect((await append(stream, 'any', once, once)).nextExpectedRevision).toBe(1n);
    expect((await append(stream, 'any', once)).nextExpectedRevision).toBe(0n);
  });

  it('3.9 that are truncated or softly deleted: the right revision, and no position', async () => {
    const [stream, once, last] = [newStream(), event(1), event(2)];
    const { position } = await append(stream, 'no_stream', once);
    expect(await append(stream, 'no_stream', once)).toMatchObject({ nextExpectedRevision: 0n, position });
    await append(stream, 0n, last);
    await client.setStreamMetadata(stream, { truncateBefore: 1 });
    expect(await append(stream, 'no_stream', once)).toMatchObject({
      nextExpectedRevision: 0n,
      position: undefined,
    });
    expect((await append(stream, 0n, last)).position).toBeDefined();
    await client.deleteStream(stream);
    expect(await append(stream, 0n, last)).toMatchObject({ nextExpectedRevision: 1n, position: undefined });
  });

  it('3.10 an append of nothing writes nothing, and has a position', async () => {
    const stream = newStream();
    const { nextExpectedRevision, position } = await append(stream, 'any');
    expect(nextExpectedRevision).toBe(0n);
    expect(position?.commit).toBeGreaterThan(0n);
    expect((await append(stream, 'no_stream', event())).nextExpectedRevision).toBe(0n);
    expect((await append(stream, 'any')).nextExpectedRevision).toBe(0n);
  });

  it('3.11 in any case, or in braces, are one id', async () => {
    const [stream, id] = [newStream(), randomUUID()];
    for (const same of [id, id.toUpperCase(), `{${id}}`]) {
      expect((await append(stream, 'any', event(0, same))).nextExpectedRevision).toBe(0n);
    }
    for await (const { event } of client.readStream(stream)) expect(event?.id).toBe(id);
  });
});

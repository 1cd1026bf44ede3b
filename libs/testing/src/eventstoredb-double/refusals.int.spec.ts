import {
  type AppendToStreamOptions,
  type EventStoreDBClient,
  jsonEvent,
  UnknownError,
} from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { AppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Empty, StreamIdentifier, UUID } from './proto.ts';
import { event, failureOf, from, newStream, openServer, type TestServer } from './spec-support/server.ts';

let server: TestServer;
let client: EventStoreDBClient;
beforeAll(async () => {
  server = await openServer();
  client = server.client;
});
afterAll(() => server.close());

// Who gives credentials is served by the classic call Append.
const calls: [string, AppendToStreamOptions, object][] = [
  ['BatchAppend', {}, { message: expect.stringContaining('BadRequest') }],
  ['Append', { credentials: { username: 'admin', password: 'changeit' } }, { code: 2 }],
];

describe.each(calls)(`what makes no sense, appended by %s on ${from}`, (_name, options, like) => {
  it.each(['', '$$'])('3.12 the stream name "%s" is refused', async (name) => {
    const refused = await failureOf(client.appendToStream(name, event(), options));
    expect(refused).toBeInstanceOf(UnknownError);
    expect(refused).toMatchObject(like);
  });

  it('3.12 an empty type is refused, and 3.11 an id that is no UUID', async () => {
    for (const bad of [jsonEvent({ type: '', data: {} }), event(0, 'no-uuid')]) {
      const refused = await failureOf(client.appendToStream(newStream(), bad, options));
      expect(refused).toMatchObject(like);
    }
  });
});

describe(`what makes no sense on ${from}`, () => {
  it('3.13 a read of the stream "" is refused', async () => {
    const reading = client.readStream('')[Symbol.asyncIterator]().next();
    expect(await failureOf(reading)).toMatchObject({ code: 2 });
  });

  it.each(['type', 'content-type'])(
    '3.13a an event without the property %s is refused, by its name',
    async (name) => {
      const { host } = new URL(server.url);
      const raw = new StreamsClient(host, credentials.createInsecure());
      const identifier = new StreamIdentifier();
      identifier.setStreamName(Buffer.from(newStream()));
      const header = new AppendReq.Options();
      header.setStreamIdentifier(identifier);
      header.setAny(new Empty());
      const id = new UUID();
      id.setString('8a8a3a04-6a33-4f1a-9d24-3a44a6a10c11');
      const message = new AppendReq.ProposedMessage();
      message.setId(id);
      for (const property of ['type', 'content-type']) {
        if (property !== name) message.getMetadataMap().set(property, 'application/json');
      }
      const answered = new Promise((_, reject) => {
        const call = raw.append(reject);
        call.write(new AppendReq().setOptions(header));
        call.write(new AppendReq().setProposedMessage(message));
        call.end();
      });
      const refused = await failureOf(answered);
      raw.close();
      expect(refused).toMatchObject({ code: 3, details: expect.stringContaining(`'${name}'`) });
    },
  );
});

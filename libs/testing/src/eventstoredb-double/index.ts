import { Server, ServerCredentials } from '@grpc/grpc-js';
import { appendCall } from './append-call.ts';
import { append } from './append-request.ts';
import { batchAppendCall } from './batch-append-call.ts';
import { gossipCall, supportedMethodsCall } from './cluster-calls.ts';
import { EventLog } from './event-log.ts';
import { listen } from './listener.ts';
import { GossipService, ServerFeaturesService, StreamsService } from './proto.ts';
import { readCall } from './read-call.ts';
import { deleteCall, tombstoneCall } from './remove-calls.ts';

export interface EventStoreDbDoubleOptions {
  /** The SQLite file that holds the log. */
  readonly file: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Whether clients append by the call BatchAppend, as servers since 21.10 have them do. Default: they do. */
  readonly batchAppend?: boolean;
}

export interface EventStoreDbDouble {
  /** A connection string for `@eventstore/db-client`. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const LIMITS = { 'grpc.max_receive_message_length': 16 * 1024 * 1024, 'grpc.max_concurrent_streams': 100 };

/** Starts a server that speaks EventStoreDB's protocol over a log in SQLite. */
export const startEventStoreDbDouble = async ({
  file,
  port = 0,
  host = '127.0.0.1',
  batchAppend = true,
}: EventStoreDbDoubleOptions): Promise<EventStoreDbDouble> => {
  const log = new EventLog({ file });
  const server = new Server(LIMITS);
  const appending = (request: Parameters<typeof append>[1]) => append(log, request);
  server.addService(StreamsService, {
    append: appendCall(appending),
    batchAppend: batchAppendCall(appending),
    read: readCall(log, async () => undefined),
    delete: deleteCall((stream, expected) => log.softDelete(stream, expected)),
    tombstone: tombstoneCall((stream, expected) => log.tombstone(stream, expected)),
  });
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsCall(batchAppend) });
  server.addService(GossipService, { read: gossipCall(Date.now, host, () => listener.port) });
  const listener = await listen(server, ServerCredentials.createInsecure(), { host, port });
  return {
    url: `esdb://${host}:${listener.port}?tls=false`,
    port: listener.port,
    close: async () => {
      await listener.close();
      log.close();
    },
  };
};

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { appendCall } from './append-call.ts';
import { type AppendRequest, append } from './append-request.ts';
import { batchAppendCall } from './batch-append-call.ts';
import { gossipCall, supportedMethodsCall } from './cluster-calls.ts';
import { EventLog, SYSTEM_CLOCK } from './event-log.ts';
import { type Fault, Faults } from './faults.ts';
import { listen } from './listener.ts';
import type { Clock } from './log-writer.ts';
import { GossipService, ServerFeaturesService, StreamsService } from './proto.ts';
import { readCall } from './read-call.ts';
import { deleteCall, tombstoneCall } from './remove-calls.ts';

export type { CallKind, Fault, FaultKind } from './faults.ts';
export { type ForkedDouble, forkEventStoreDbDouble } from './fork.ts';
export type { Clock } from './log-writer.ts';

export interface EventStoreDbDoubleOptions {
  /** The SQLite file that holds the log. */
  readonly file: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Whether clients append by the call BatchAppend, as servers since 21.10 have them do. Default: they do. */
  readonly batchAppend?: boolean;
  /** A private key and a chain of certificates in PEM: connections are then encrypted. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** How many event ids are remembered for idempotent appends that expect no revision. Default: 50,000. */
  readonly rememberedIds?: number;
  /** Whether an append is on the disk before it is answered, or only safe from the death of the process. Default: it is. */
  readonly flushToDisk?: boolean;
  /** Times of writing, and the ids of events that the server writes. Default: the system's. */
  readonly clock?: Clock;
}

export interface EventStoreDbDouble {
  /** A connection string for `@eventstore/db-client`. */
  readonly url: string;
  readonly port: number;
  /** Makes calls fail from now on. */
  inject(fault: Fault): void;
  /** Ends all faults. */
  lift(): void;
  close(): Promise<void>;
}

const LIMITS = {
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
  'grpc.max_concurrent_streams': 100,
};

const credentialsOf = (tls: EventStoreDbDoubleOptions['tls']): ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
      ]);

const serverFor = (log: EventLog, faults: Faults, batchAppend: boolean): Server => {
  const server = new Server(LIMITS);
  const appendOrFail = (request: AppendRequest, peer: string) =>
    faults.around('writes', peer, () => append(log, request));
  server.addService(StreamsService, {
    append: appendCall(appendOrFail),
    batchAppend: batchAppendCall(appendOrFail),
    read: readCall(log, (peer) => faults.around('reads', peer, async () => undefined)),
    delete: deleteCall((stream, expected, peer) =>
      faults.around('writes', peer, () => log.softDelete(stream, expected)),
    ),
    tombstone: tombstoneCall((stream, expected, peer) =>
      faults.around('writes', peer, () => log.tombstone(stream, expected)),
    ),
  });
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethodsCall(batchAppend) });
  return server;
};

/**
 * Starts a server that speaks EventStoreDB's protocol over a log in SQLite, so that the real client can be tested
 * where the real server can't run. What it serves: append (both calls), read, subscribe (with filters), delete,
 * tombstone, stream metadata, gossip. What it does not: links, projections, persistent subscriptions, users.
 */
export const startEventStoreDbDouble = async (
  options: EventStoreDbDoubleOptions,
): Promise<EventStoreDbDouble> => {
  const { port = 0, host = '127.0.0.1', batchAppend = true, tls, clock = SYSTEM_CLOCK } = options;
  const log = new EventLog(options);
  const endPoint = () => ({ host, port: listener.port });
  const faults = new Faults({ drop: (peer) => listener.drop(peer), endPoint });
  const server = serverFor(log, faults, batchAppend);
  server.addService(GossipService, { read: gossipCall(clock.now, endPoint) });
  const listener = await listen(server, credentialsOf(tls), { host, port });
  return {
    url: `esdb://${host}:${listener.port}?tls=${tls !== undefined}`,
    port: listener.port,
    inject: (fault) => faults.inject(fault),
    lift: () => faults.lift(),
    close: async () => {
      await listener.close();
      log.close();
    },
  };
};

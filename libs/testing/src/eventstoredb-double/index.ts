import { setTimeout as delay } from 'node:timers/promises';
import { ServerCredentials } from '@grpc/grpc-js';
import { gossipCall } from './cluster-calls.ts';
import { EventLog, SYSTEM_CLOCK } from './event-log.ts';
import { type Fault, Faults } from './faults.ts';
import { listen } from './listener.ts';
import type { Clock } from './log-writer.ts';
import { aloneFrom } from './membership.ts';
import { OpenCalls } from './open-calls.ts';
import { GossipService } from './proto.ts';
import { serverFor } from './service.ts';
import { streamReset } from './trailers.ts';

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
  /**
   * How much memory is for the ids of events, so that appends that expect no revision are idempotent. Default: 8 MiB,
   * a real server's: 60,000 to 130,000 events.
   */
  readonly rememberedBytes?: number;
  /** Whether an append is on the disk before it is answered, or only safe from the death of the process. Default: it is. */
  readonly flushToDisk?: boolean;
  /** How long after the start writes are refused, since the server is not ready. Default: 0 ms. */
  readonly notReadyMs?: number;
  /** How long a write waits for its commit. Default: 3,000 ms. */
  readonly commitTimeoutMs?: number;
  /** Numbers from 0 to 1, which say how classic appends overtake each other; 0 keeps their order. Default: chance. */
  readonly random?: () => number;
  /**
   * Times of writing, against which deadlines are held too, and the ids of events that the server writes. Default:
   * the system's.
   */
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
  /**
   * Ends as a real server does that is told to: while calls are open it takes no connections, refuses a few writes,
   * and leaves the rest without an answer for five seconds.
   */
  shutDown(): Promise<void>;
  /** Ends at once: connections break. */
  close(): Promise<void>;
}

const credentialsOf = (tls: EventStoreDbDoubleOptions['tls']): ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
      ]);

/** How long a server that is told to end leaves its calls without an answer (5.2). */
const SHUTDOWN_MS = 5_000;
/** The time in which what calls are told reaches their clients. */
const FLUSH_MS = 100;
const COMMIT_TIMEOUT_MS = 3_000;

/**
 * Starts a server that speaks EventStoreDB's protocol over a log in SQLite, so that the real client can be tested
 * where the real server can't run. What it serves: append (both calls), read, subscribe (with filters), delete,
 * tombstone, stream metadata, gossip. What it does not: links, projections, persistent subscriptions, users.
 */
export const startEventStoreDbDouble = async (
  options: EventStoreDbDoubleOptions,
): Promise<EventStoreDbDouble> => {
  const { port = 0, host = '127.0.0.1', batchAppend = true, tls, clock = SYSTEM_CLOCK } = options;
  const { notReadyMs = 0, commitTimeoutMs = COMMIT_TIMEOUT_MS, random = Math.random } = options;
  const log = new EventLog(options);
  const calls = new OpenCalls();
  const endPoint = () => ({ host, port: listener.port });
  const faults = new Faults({ drop: (peer) => listener.drop(peer), endPoint });
  const membership = aloneFrom(log, performance.now() + notReadyMs);
  const limits = { now: clock.now, commitTimeoutMs };
  const server = serverFor({ log, faults, calls, membership, limits, batchAppend, random });
  server.addService(GossipService, { read: gossipCall(clock.now, endPoint) });
  const listener = await listen(server, credentialsOf(tls), { host, port });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= listener.close().then(() => log.close());
    return closing;
  };
  return {
    url: `esdb://${host}:${listener.port}?tls=${tls !== undefined}`,
    port: listener.port,
    inject: (fault) => faults.inject(fault),
    lift: () => faults.lift(),
    shutDown: async () => {
      listener.refuse();
      if (calls.size > 0) {
        faults.goSilent();
        await delay(SHUTDOWN_MS);
        calls.endAll(streamReset());
        await delay(FLUSH_MS);
      }
      await close();
    },
    close,
  };
};

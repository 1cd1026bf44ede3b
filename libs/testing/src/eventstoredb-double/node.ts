import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { EventLog } from './event-log.ts';
import { type Fault, Faults } from './faults.ts';
import { listen } from './listener.ts';
import type { Joining, Membership } from './membership.ts';
import { OpenCalls } from './open-calls.ts';
import { addServices } from './service.ts';
import { streamReset } from './trailers.ts';

export interface NodeOptions {
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
  /** How long a write waits for its commit. Default: 3,000 ms. */
  readonly commitTimeoutMs?: number;
  /** Numbers from 0 to 1, which say how classic appends overtake each other; 0 keeps their order. Default: chance. */
  readonly random?: () => number;
  /**
   * Times of writing, against which deadlines are held too, and the ids of events that the server writes. Default:
   * the system's.
   */
  readonly clock?: Clock;
  /** Whether a new log begins with what a server writes first; not so if another node's is copied. Default: it does. */
  readonly seed?: boolean;
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

const credentialsOf = (tls: NodeOptions['tls']): ServerCredentials =>
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [
        { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) },
      ]);

const LIMITS = {
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
  'grpc.max_concurrent_streams': 100,
};

/** How long a server that is told to end leaves its calls without an answer (5.2). */
const SHUTDOWN_MS = 5_000;
/** The time in which what calls are told reaches their clients. */
const FLUSH_MS = 100;
export const COMMIT_TIMEOUT_MS = 3_000;

/** Starts a node, which is a member of a cluster by `join`. */
export const startNode = async (
  options: NodeOptions,
  join: (node: Joining) => Membership,
): Promise<EventStoreDbDouble> => {
  const { port = 0, host = '127.0.0.1', batchAppend = true, tls, clock = SYSTEM_CLOCK } = options;
  const { commitTimeoutMs = COMMIT_TIMEOUT_MS, random = Math.random } = options;
  const log = new EventLog(options);
  const calls = new OpenCalls();
  const endPoint = () => ({ host, port: listener.port });
  const faults = new Faults({ drop: (peer) => listener.drop(peer), endPoint });
  const limits = { now: clock.now, commitTimeoutMs };
  const server = new Server(LIMITS);
  const listener = await listen(server, credentialsOf(tls), { host, port });
  const membership = join({ log, endPoint: endPoint(), instanceId: randomUUID() });
  addServices(server, { log, faults, calls, membership, limits, batchAppend, random });
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

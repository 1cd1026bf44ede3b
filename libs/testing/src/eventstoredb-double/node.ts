import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from '@grpc/grpc-js';
import { addFirstUsers, OPEN, type Security, securedBy } from './access/access.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { EventLog } from './event-log.ts';
import { type Fault, Faults } from './faults.ts';
import { httpApi } from './http/http-api.ts';
import { listen, type Tls } from './listener.ts';
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
  readonly tls?: Tls;
  /**
   * Asks everybody for a name and a password, and gives rights; `admin` and `ops` are there. It needs `tls`: clients
   * give no password without. Default: everybody may do all.
   */
  readonly security?: Security;
  /**
   * How much memory is for the ids of events, so that appends that expect no revision are idempotent. Default: 8 MiB,
   * a real server's: 60,000 to 130,000 events.
   */
  readonly rememberedBytes?: number;
  /**
   * Whether an append is on the disk before it is answered, or only safe from the death of the process. Default: it is.
   */
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
  const { commitTimeoutMs = COMMIT_TIMEOUT_MS, random = Math.random, security, seed = true } = options;
  const log = new EventLog(options);
  const calls = new OpenCalls();
  const endPoint = () => ({ host, port: listener.port });
  const faults = new Faults({ drop: (peer) => listener.drop(peer), endPoint });
  const limits = { now: clock.now, commitTimeoutMs };
  const access = security === undefined ? OPEN : securedBy(log, clock);
  if (seed && security !== undefined && access.users !== undefined)
    await addFirstUsers(access.users, security, log);
  const server = new Server(LIMITS);
  const http: RequestListener = (request, response) => api(request, response);
  const listener = await listen(server, http, tls, { host, port });
  const membership = join({ log, endPoint: endPoint(), instanceId: randomUUID() });
  const api = httpApi({ log, membership, access, newId: clock.newId });
  addServices(server, { log, faults, calls, membership, access, limits, batchAppend, random });
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

import type { IncomingMessage } from 'node:http';
import type { Connection } from './connections.ts';

export interface PaceLimits {
  /** The lowest average rate at which a request may arrive and its answer be read, bytes per second; 0 for any rate. */
  readonly minRequestRate: number;
  /** The window over which the rate of a request is averaged, ms. */
  readonly minRequestRateWindowMs: number;
}

const LONGEST_STEP_MS = 1_000;
const STEPS_OF_WINDOW = 10;
/** An answer goes to the system in pieces of 64 KiB, so its rate is averaged over this many windows. */
const WINDOWS_OF_ANSWER = 4;

/** Whether we wait for bytes of the client: not while what it has sent waits for us. */
const awaitsClient = ({ complete, readableFlowing }: IncomingMessage): boolean =>
  !complete && readableFlowing === true;

/** Whether the client has more to send and we do not read it. */
export const awaitsUs = ({ complete, readableFlowing }: IncomingMessage): boolean =>
  !complete && readableFlowing !== true;

/** Whether there is an answer that the client does not read. */
const waitsToBeTaken = ({ socket, owed }: Connection): boolean => owed > 0 && socket.writableLength > 0;

/**
 * The bytes that have come, or those of an answer that the system accepted: `bytesWritten` also counts those that wait.
 */
const bytesOf = ({ socket }: Connection, what: Wait['what']): number =>
  what === 'answer' ? socket.bytesWritten - socket.writableLength : socket.bytesRead;

/** How long, in steps of the clock, one thing is waited for on a connection, and how much has come meanwhile. */
interface Wait {
  readonly what: 'head' | 'answer' | IncomingMessage;
  /** The request that had come last when it began: the next head is another one to wait for. */
  readonly after: IncomingMessage | null;
  readonly bytesBefore: number;
  /** After this long, ms, this many bytes must have passed over the connection, or the head must be complete. */
  readonly limit: { readonly ms: number; readonly bytes: number };
  steps: number;
}

/**
 * Watches how fast requests come and answers are taken: `late` is called for a connection on which no whole head has
 * come within `headLimitMs`, whose body arrives too slowly, or whose answer is read too slowly. Only time in which we
 * wait for the client counts. Time is counted in steps of its timer, so that it does not pass while this process is too
 * busy to read.
 */
export function watchPace(
  connections: Iterable<Connection>,
  { minRequestRate, minRequestRateWindowMs, headLimitMs }: PaceLimits & { readonly headLimitMs: number },
  late: (connection: Connection) => void,
): { stop(): void } {
  const stepMs = Math.min(LONGEST_STEP_MS, Math.min(minRequestRateWindowMs, headLimitMs) / STEPS_OF_WINDOW);
  const waits = new WeakMap<Connection, Wait>();
  const bytesIn = (ms: number) => (minRequestRate * ms) / 1_000;

  const limitOf = (what: Wait['what'], { socket }: Connection): Wait['limit'] => {
    if (what === 'head') return { ms: headLimitMs, bytes: Number.POSITIVE_INFINITY };
    if (what !== 'answer') return { ms: minRequestRateWindowMs, bytes: bytesIn(minRequestRateWindowMs) };
    // How much of one piece has gone is not known before all of it has.
    const ms = WINDOWS_OF_ANSWER * minRequestRateWindowMs;
    return { ms: ms + (1_000 * socket.writableLength) / minRequestRate, bytes: bytesIn(ms) };
  };

  const isLate = (connection: Connection, wait: Wait): boolean => {
    wait.steps++;
    if (wait.steps * stepMs < wait.limit.ms) return false;
    waits.delete(connection);
    return bytesOf(connection, wait.what) - wait.bytesBefore < wait.limit.bytes;
  };

  const look = (connection: Connection) => {
    const { socket, request, owed } = connection;
    if (socket.destroyed) return;
    const asked = owed === 0 || request === null ? 'head' : request;
    const what: Wait['what'] = waitsToBeTaken(connection) ? 'answer' : asked;
    const known = waits.get(connection);
    const wait: Wait =
      known?.what === what && known.after === request
        ? known
        : {
            what,
            after: request,
            bytesBefore: bytesOf(connection, what),
            limit: limitOf(what, connection),
            steps: 0,
          };
    waits.set(connection, wait);
    const isClientsTurn = typeof what === 'string' || awaitsClient(what);
    if (isClientsTurn && isLate(connection, wait)) late(connection);
  };
  const clock = setInterval(() => {
    for (const connection of connections) look(connection);
  }, stepMs).unref();
  return { stop: () => clearInterval(clock) };
}

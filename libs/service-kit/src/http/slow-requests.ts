import type { IncomingMessage } from 'node:http';
import type { Connection } from './connections.ts';

export interface PaceLimits {
  /** The least that a request must bring on average, bytes a second; 0 for any pace. */
  readonly minRequestRate: number;
  /** Over so long the average is taken, ms. */
  readonly minRequestRateWindowMs: number;
}

const LONGEST_STEP_MS = 1_000;
const STEPS_OF_WINDOW = 10;

/** Whether the next bytes are the client's to send: not while what it has sent waits for us. */
const awaitsClient = ({ complete, readableFlowing }: IncomingMessage): boolean =>
  !complete && readableFlowing === true;

/** Whether the client has more to send and we do not take it. */
export const awaitsUs = ({ complete, readableFlowing }: IncomingMessage): boolean =>
  !complete && readableFlowing !== true;

/** How long, in steps of the clock, one thing is waited for on a connection, and how much has come meanwhile. */
interface Wait {
  readonly what: 'head' | IncomingMessage;
  /** The request that had come last when it began: the next head is another one to wait for. */
  readonly after: IncomingMessage | null;
  readonly bytesBefore: number;
  steps: number;
}

/**
 * Watches how fast requests come: `late` is called for a connection on which no whole head has come within
 * `headLimitMs`, or whose body comes more slowly than it must. Only time in which we wait for the client counts. Time
 * is counted in steps of its timer, so that it stands still while this process is too busy to read.
 */
export function watchPace(
  connections: Iterable<Connection>,
  { minRequestRate, minRequestRateWindowMs, headLimitMs }: PaceLimits & { readonly headLimitMs: number },
  late: (connection: Connection) => void,
): { stop(): void } {
  const stepMs = Math.min(LONGEST_STEP_MS, Math.min(minRequestRateWindowMs, headLimitMs) / STEPS_OF_WINDOW);
  const waits = new WeakMap<Connection, Wait>();

  const isLate = (connection: Connection, wait: Wait): boolean => {
    wait.steps++;
    if (wait.what === 'head') return wait.steps * stepMs > headLimitMs;
    if (wait.steps * stepMs < minRequestRateWindowMs) return false;
    waits.delete(connection);
    const bytes = connection.socket.bytesRead - wait.bytesBefore;
    return bytes < (minRequestRate * minRequestRateWindowMs) / 1_000;
  };

  const look = (connection: Connection) => {
    const { socket, request, owed } = connection;
    if (socket.destroyed) return;
    const what: Wait['what'] = owed === 0 || request === null ? 'head' : request;
    const known = waits.get(connection);
    const same = known?.what === what && known.after === request;
    const wait: Wait = same ? known : { what, after: request, bytesBefore: socket.bytesRead, steps: 0 };
    waits.set(connection, wait);
    if ((what === 'head' || awaitsClient(what)) && isLate(connection, wait)) late(connection);
  };
  const clock = setInterval(() => {
    for (const connection of connections) look(connection);
  }, stepMs).unref();
  return { stop: () => clearInterval(clock) };
}

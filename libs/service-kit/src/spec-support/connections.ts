import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection as a client holds it. */
export interface HeldConnection {
  readonly socket: Socket;
  /** All that the server has said so far. */
  said(): string;
  /** Resolves with all that it said, once the connection is closed. */
  readonly closed: Promise<string>;
  isClosed(): boolean;
}

/** Opens a connection, from this address of the machine, and sends this. Both sides may close it. */
export async function hold(url: string, first: string, localAddress = '127.0.0.1'): Promise<HeldConnection> {
  const { hostname, port } = new URL(url);
  // A client that does not close its side, though the server has closed its own.
  const socket = connect({ host: hostname, port: Number(port), localAddress, allowHalfOpen: true });
  let text = '';
  let over = false;
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const closed = new Promise<string>((resolve) =>
    socket.once('close', () => {
      over = true;
      resolve(text);
    }),
  );
  await Promise.race([once(socket, 'connect'), closed]);
  socket.write(first);
  return { socket, said: () => text, closed, isClosed: () => over };
}

/** Sends a piece on each connection again and again until the returned function is called. */
export function trickle(connections: readonly HeldConnection[], piece: string, everyMs: number): () => void {
  const timer = setInterval(() => {
    for (const { socket } of connections) if (socket.writable) socket.write(piece);
  }, everyMs);
  return () => clearInterval(timer);
}

/** Whether the server has closed the connection within so long. */
export const closesWithin = async ({ closed }: HeldConnection, ms: number): Promise<boolean> =>
  Promise.race([closed.then(() => true), sleep(ms, false)]);

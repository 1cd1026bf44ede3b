import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection as a client holds it. */
export interface HeldConnection {
  readonly socket: Socket;
  /** All that the server has sent so far. */
  said(): string;
  /** Resolves with all that it sent, once it has ended. */
  readonly answer: Promise<string>;
  /** Resolves once the connection is gone, so that nothing can be sent on it either. */
  readonly closed: Promise<void>;
  /** Whether the server has ended it. */
  isEnded(): boolean;
}

/** Opens a connection, from this address of the machine, and sends this. It stays open though the server has ended. */
export async function hold(url: string, first: string, localAddress = '127.0.0.1'): Promise<HeldConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress, allowHalfOpen: true });
  let text = '';
  let over = false;
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const ended = new Promise<void>((resolve) => socket.once('end', resolve));
  const answer = Promise.race([ended, closed]).then(() => {
    over = true;
    return text;
  });
  await Promise.race([once(socket, 'connect'), closed]);
  socket.write(first);
  return { socket, said: () => text, answer, closed, isEnded: () => over };
}

/** Sends a piece on each connection again and again until the returned function is called. */
export function trickle(connections: readonly HeldConnection[], piece: string, everyMs: number): () => void {
  const timer = setInterval(() => {
    for (const { socket } of connections) if (socket.writable) socket.write(piece);
  }, everyMs);
  return () => clearInterval(timer);
}

/** Whether the server closes the connection within this time. */
export const closesWithin = async ({ closed }: HeldConnection, ms: number): Promise<boolean> =>
  Promise.race([closed.then(() => true), sleep(ms, false)]);

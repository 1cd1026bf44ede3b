import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long a client may take to read an answer after which nothing more is accepted from it, in ms. */
const LINGER_MS = 2_000;

/**
 * Writes the last bytes on a connection, if any, and ends it; what still arrives is discarded. After two
 * seconds at most the connection is destroyed, whatever trickles in. Destroyed at once, the client's own bytes on their
 * way would make the system reset the connection, and the client would never see the answer.
 */
export function linger(socket: Duplex, lastWords = ''): void {
  if (socket.writableEnded) return;
  socket.end(lastWords);
  socket.resume();
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
}

/** By RFC 9112, 6.3: a request without either header has no body. */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Ends the connection with the answer if it is given before the body of the request was read to its end. */
export function closeIfUnread(request: IncomingMessage, response: ServerResponse): void {
  if (!hasBody(request)) return;
  const { socket } = request;
  const { shouldKeepAlive } = response;
  // Node then adds `Connection: close` to the answer.
  response.shouldKeepAlive = false;
  request.once('end', () => {
    response.shouldKeepAlive = shouldKeepAlive;
  });
  const leave = () => {
    request.unpipe();
    request.resume();
    linger(socket);
  };
  // Node's way to end a connection with an answer, which cuts it as soon as the answer is written.
  socket.destroySoon = () => (request.complete ? Socket.prototype.destroySoon.call(socket) : leave());
  response.once('finish', () => {
    if (!request.complete) leave();
  });
}

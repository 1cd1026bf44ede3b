import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How many requests a connection may have sent ahead: each takes some 6 KB while it waits, on each of 2,000 connections. */
const MOST_AHEAD = 16;

/**
 * Serves the requests of a connection one after another, each once the previous one is answered: a client may send them
 * without waiting (pipelining, RFC 9112, 9.3.2). Node would start them all, some thousand of one packet, each with a
 * file open; and an answer whose turn never came would never close, so that what it holds would never be released. A
 * connection that sends more ahead than anybody needs is destroyed.
 */
export function oneAtATime(serve: RequestListener): RequestListener {
  /** For each connection on which an answer is under way: the requests that came after it. */
  const ahead = new WeakMap<Socket, [IncomingMessage, ServerResponse][]>();
  const start = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    response.once('close', () => {
      const next = socket.destroyed ? undefined : ahead.get(socket)?.shift();
      if (next) start(...next);
      else ahead.delete(socket);
    });
    serve(request, response);
  };
  return (request, response) => {
    const { socket } = request;
    const waiting = ahead.get(socket);
    if (!waiting) {
      ahead.set(socket, []);
      start(request, response);
    } else if (waiting.length < MOST_AHEAD) waiting.push([request, response]);
    else socket.destroy();
  };
}

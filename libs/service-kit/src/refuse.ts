import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody } from './http-error.ts';

const PARSE_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** An error as the head of an answer and its body. The connection ends with it. */
function endingAnswer(statusCode: number, details: string) {
  const body = JSON.stringify(errorBody(statusCode, details));
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  return { headers, body };
}

/** Answers a request that no handler gets to see in the shape of every other error, and ends the connection. */
export function answerWith(response: ServerResponse, statusCode: number, details: string): void {
  const { headers, body } = endingAnswer(statusCode, details);
  response.writeHead(statusCode, headers).end(body);
}

/**
 * Gives a listener for `clientError` that answers what is not HTTP, or comes too slowly, in the shape of every other
 * error. Where an answer is being given on the connection already, it is cut: a second one would seem part of it.
 */
export function createRefusal(underWay: ReadonlySet<ServerResponse>) {
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    const answering = underWay
      .values()
      .some((response) => response.socket === socket && response.headersSent);
    if (!socket.writable || answering || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const statusCode = PARSE_ERRORS[error.code ?? ''] ?? 400;
    const { headers, body } = endingAnswer(statusCode, 'The request is not valid HTTP or came too slowly');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\n${lines.join('')}\r\n${body}`);
  };
}

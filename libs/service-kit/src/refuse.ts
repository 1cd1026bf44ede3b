import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorAnswer } from './error-answer.ts';
import { linger } from './http/linger.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './http/request-id.ts';

/** Why a request is refused. */
export interface Refusal {
  readonly statusCode: number;
  readonly details: string;
}

/** On every answer: browsers must not guess its type, and no page of another origin may embed it. */
export const SAFETY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const PARSE_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** After this many seconds it may be retried. */
const RETRY_AFTER: Readonly<Record<number, string>> = { 429: '5', 503: '5' };

/** The head and body of an error response, which ends the connection. */
function endingAnswer({ statusCode, details }: Refusal, requestId: string, request?: IncomingMessage) {
  const { body, headers: described } = errorAnswer(request, statusCode, details);
  const retryAfter = RETRY_AFTER[statusCode];
  const headers = {
    ...SAFETY_HEADERS,
    [REQUEST_ID_HEADER]: requestId,
    ...(retryAfter && { 'Retry-After': retryAfter }),
    ...described,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  return { headers, body };
}

/** Answers a request that reaches no handler in the shape of every other error, and ends the connection. */
export function answerWith(response: ServerResponse, refusal: Refusal): void {
  const { headers, body } = endingAnswer(refusal, requestIdOf(response.req), response.req);
  response.writeHead(refusal.statusCode, headers).end(body);
}

/**
 * Returns a listener for `clientError` that answers what is not HTTP, or comes too slowly, in the shape of every other
 * error. If an answer is being sent on the connection already, it is cut: a second one would look like a part of it.
 */
export function createRefusal(underWay: ReadonlySet<ServerResponse>) {
  return (error: NodeJS.ErrnoException, socket: Duplex): void => {
    // Whatever still comes after its last answer.
    if (socket.writableEnded && error.code !== 'ECONNRESET') return;
    const answering = underWay
      .values()
      .some((response) => response.socket === socket && response.headersSent);
    if (!socket.writable || answering || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const statusCode = PARSE_ERRORS[error.code ?? ''] ?? 400;
    const details = 'The request is not valid HTTP or came too slowly';
    const { headers, body } = endingAnswer({ statusCode, details }, randomUUID());
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    linger(socket, `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\n${lines.join('')}\r\n${body}`);
  };
}

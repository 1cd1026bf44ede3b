import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  connect,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { certificateFor } from './certificate.ts';

/** Before each message of gRPC: whether it is compressed, and its length. */
const FRAME_BYTES = 5;
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

/** What EventStoreDB checks: rights of streams, and to read `$all`, which subscriptions need too. */
export type Permission = '$r' | '$w' | '$d' | '$mr' | '$mw' | '$all';

interface RightsGateOptions {
  /** Who is accepted, by login; `inkstream` with `changeit` if nobody says otherwise. */
  readonly users?: ReadonlyMap<string, { readonly password: string }>;
  /** Answers what comes by HTTP/1.1: the API for operators is at the same port. */
  readonly onRequest?: (asked: IncomingMessage, response: ServerResponse) => void;
}

/**
 * Stands before a server without users and checks each call as one with users does: a wrong password is
 * UNAUTHENTICATED(16), a missing right PERMISSION_DENIED(7) with the exception `access-denied`. Its certificate is its own.
 */
export async function startRightsGate(
  port: number,
  { users = new Map([['inkstream', { password: 'changeit' }]]), onRequest }: RightsGateOptions = {},
) {
  const { key, cert, caFile, remove } = await certificateFor('localhost');
  const upstream = connect(`http://127.0.0.1:${port}`);
  const denied = new Set<Permission>();

  function accepts({ authorization = '' }: IncomingHttpHeaders): boolean {
    const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    const [login = '', ...password] = given.split(':');
    return users.get(login)?.password === password.join(':');
  }

  /** By the method and the first message, which holds the name of the stream. */
  function permissionOf(method: string, message: Buffer): Permission | undefined {
    const metadata = message.includes('$$');
    if (method === 'Append' || method === 'BatchAppend') return metadata ? '$mw' : '$w';
    if (method === 'Delete') return '$d';
    if (method !== 'Read') return undefined;
    if (ReadReq.deserializeBinary(message.subarray(FRAME_BYTES)).getOptions()?.hasAll()) return '$all';
    return metadata ? '$mr' : '$r';
  }

  function refuse(stream: ServerHttp2Stream, status: number): void {
    const exception = status === PERMISSION_DENIED ? { exception: 'access-denied' } : {};
    const trailers = { 'grpc-status': status, 'grpc-message': 'Access Denied', ...exception };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
  }

  function pass(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, first: Buffer): void {
    const onward = upstream.request({ ...headers, ':scheme': 'http', ':authority': `127.0.0.1:${port}` });
    onward.write(first);
    stream.pipe(onward);
    let trailers: IncomingHttpHeaders = {};
    onward.on('response', (response) => {
      if (stream.closed) return;
      if (response['grpc-status'] !== undefined) {
        stream.respond(response, { endStream: true });
        return;
      }
      stream.respond(response, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      onward.pipe(stream);
    });
    onward.on('trailers', (sent) => {
      trailers = sent;
    });
    // Who ends well has sent trailers, which must not be overtaken.
    onward.on('error', () => stream.close());
    stream.on('error', () => onward.close());
    stream.on('close', () => onward.close());
  }

  function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const [, service = '', method = ''] = String(headers[':path']).split('/');
    // What the server can do, and who else is there, anybody may ask.
    if (service.endsWith('.Streams') && !accepts(headers)) {
      refuse(stream, UNAUTHENTICATED);
      return;
    }
    stream.once('data', (first: Buffer) => {
      stream.pause();
      const permission = permissionOf(method, first);
      if (permission !== undefined && denied.has(permission)) refuse(stream, PERMISSION_DENIED);
      else pass(stream, headers, first);
    });
  }

  const operators = createHttpServer((asked, response) => onRequest?.(asked, response));
  const sockets = new Set<TLSSocket>();
  const server = createTlsServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    if (socket.alpnProtocol !== 'h2') operators.emit('connection', socket);
    else
      performServerHandshake(socket)
        .on('stream', serve)
        .on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    /** The rights that are refused from now on. */
    denied,
    url: (password = 'changeit', login = 'inkstream') =>
      `esdb://${login}:${password}@localhost:${own}?tlsCaFile=${encodeURIComponent(caFile)}&maxDiscoverAttempts=1`,
    async close() {
      for (const socket of sockets) socket.destroy();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
      await remove();
    },
  };
}

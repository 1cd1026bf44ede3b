import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';

/** Before each message of gRPC: whether it is compressed, and its length. */
const FRAME_BYTES = 5;
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

/** What EventStoreDB checks: rights of streams, and to read `$all`, which subscriptions need too. */
export type Permission = '$r' | '$w' | '$d' | '$mr' | '$mw' | '$all';

/**
 * Stands before a server without users and checks each call as one with users does: a wrong password is
 * UNAUTHENTICATED(16), a missing right PERMISSION_DENIED(7) with the exception `access-denied`. Its certificate is its own.
 */
export async function startRightsGate(port: number) {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-gate-'));
  const [key, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=DNS:localhost', '-days', '2'];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', caFile];
  await promisify(execFile)('openssl', [...request, ...subject]);
  const upstream = connect(`http://127.0.0.1:${port}`);
  const denied = new Set<Permission>();
  const user = { login: 'inkstream', password: 'changeit' };

  const accepts = ({ authorization = '' }: IncomingHttpHeaders) =>
    authorization === `Basic ${Buffer.from(`${user.login}:${user.password}`).toString('base64')}`;

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

  const server = createSecureServer({ key: await readFile(key), cert: await readFile(caFile) });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    const [, service = '', method = ''] = String(headers[':path']).split('/');
    // What the server can do, and who else is there, anybody may ask.
    if (service.endsWith('.Streams') && !accepts(headers)) return refuse(stream, UNAUTHENTICATED);
    stream.once('data', (first: Buffer) => {
      stream.pause();
      const permission = permissionOf(method, first);
      if (permission !== undefined && denied.has(permission)) refuse(stream, PERMISSION_DENIED);
      else pass(stream, headers, first);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    /** The rights that are refused from now on. */
    denied,
    /** The user that is accepted from now on. */
    user,
    url: (password = 'changeit') =>
      `esdb://inkstream:${password}@localhost:${own}?tlsCaFile=${encodeURIComponent(caFile)}&maxDiscoverAttempts=1`,
    async close() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

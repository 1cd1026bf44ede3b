import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { silent } from './minio.ts';

/** One request as the double saw it; `path` has the query. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A server that answers as it is told, to an adapter that takes it for an S3; its bucket is always there. */
export async function startS3Double(
  answer: (request: Seen, response: ServerResponse, raw: IncomingMessage) => void,
) {
  const seen: Seen[] = [];
  const server = createServer(async (raw, response) => {
    const body = (await buffer(raw)).toString();
    const request = { method: raw.method ?? '', path: raw.url ?? '', body };
    seen.push(request);
    answer(request, response, raw);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const options = {
    url: `http://127.0.0.1:${port}`,
    accessKey: 'key',
    secretKey: 'secret-secret',
    bucket: 'double',
    log: silent,
  };
  return {
    seen,
    options,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { BOUNDARY } from '@inkstream/testing';

const ANSWER_LIMIT_MS = 20_000;

/** A connection to the server. Faults of it are for `answerOn` to tell. */
export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** All that the server says on a connection until it closes it, parted into status, head and body. */
export async function answerOn(socket: Socket) {
  const cut = setTimeout(() => socket.destroy(new Error('The server says nothing')), ANSWER_LIMIT_MS);
  const answer = await text(socket).finally(() => clearTimeout(cut));
  const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s, 2);
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]), head, body };
}

/** Sends bytes as they are, and gives the answer. */
export async function exchange(url: string, request: string | Uint8Array) {
  const socket = await open(url);
  socket.write(request);
  return answerOn(socket);
}

/** A connection on which an upload of that many bytes has begun with these. */
export async function beginUpload(url: string, start: Uint8Array, contentLength: number): Promise<Socket> {
  const socket = await open(url);
  socket.write(
    [
      'POST /ocr-jobs/upload HTTP/1.1',
      'Host: localhost',
      'Connection: close',
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
      `Content-Length: ${contentLength}`,
      '',
      '',
    ].join('\r\n'),
  );
  socket.write(start);
  return socket;
}

import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { BOUNDARY, type RawPart } from '@inkstream/testing';

export const filePart = (disposition: string, body: Uint8Array | string): RawPart => ({
  headers: [`Content-Disposition: form-data; name="file"; ${disposition}`, 'Content-Type: image/jpeg'],
  body,
});

export const fieldPart = (name: string, body: string): RawPart => ({
  headers: [`Content-Disposition: form-data; name="${name}"`],
  body,
});

/** A connection on which an upload of that many bytes has begun with these. */
export async function beginUpload(
  url: string,
  start: Uint8Array,
  contentLength: number,
  { localAddress = '127.0.0.1', header = '' } = {},
): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(
    `POST /ocr-jobs/upload HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n${header}` +
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${contentLength}\r\n\r\n`,
  );
  socket.write(start);
  return socket;
}

/** All that the server still says on a connection. */
export const answerOn = (socket: Socket): Promise<string> => text(socket);

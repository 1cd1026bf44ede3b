import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

const BOUNDARY = 'inkstream-boundary';

/** A part as it goes over the wire: `headers` are its header lines. */
export interface RawPart {
  readonly headers: readonly string[];
  readonly body: Uint8Array | string;
}

export const filePart = (disposition: string, body: Uint8Array | string): RawPart => ({
  headers: [`Content-Disposition: form-data; name="file"; ${disposition}`, 'Content-Type: image/jpeg'],
  body,
});

export const fieldPart = (name: string, body: string): RawPart => ({
  headers: [`Content-Disposition: form-data; name="${name}"`],
  body,
});

/** A multipart body, byte for byte. Without its end, where that is to be missing. */
export function multipart(parts: readonly RawPart[], end = `--${BOUNDARY}--\r\n`): Buffer<ArrayBuffer> {
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--${BOUNDARY}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

/** Sends a body under any content type. */
export const post = (
  url: string,
  body: Buffer<ArrayBuffer>,
  contentType = `multipart/form-data; boundary=${BOUNDARY}`,
): Promise<Response> =>
  fetch(`${url}/ocr-jobs/upload`, {
    method: 'POST',
    body: new Blob([body]),
    headers: contentType ? { 'content-type': contentType } : {},
  });

/** A connection on which an upload of that many bytes has begun with these. */
export async function beginUpload(url: string, start: Uint8Array, contentLength: number): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(
    `POST /ocr-jobs/upload HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n` +
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${contentLength}\r\n\r\n`,
  );
  socket.write(start);
  return socket;
}

/** All that the server still says on a connection. */
export const answerOn = (socket: Socket): Promise<string> => text(socket);

export const BOUNDARY = 'inkstream-boundary';

/** A part as it goes over the wire: `headers` are its header lines. */
export interface RawPart {
  readonly headers: readonly string[];
  readonly body: Uint8Array | string;
}

/** A multipart body (RFC 7578), byte for byte. Without its end, if that is to be missing. */
export function multipart(parts: readonly RawPart[], end = `--${BOUNDARY}--\r\n`): Buffer<ArrayBuffer> {
  const pieces = parts.flatMap(({ headers, body }) => [
    Buffer.from(`--${BOUNDARY}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

/** Uploads a body under any content type; without one if it is empty. */
export const postBody = (
  url: string,
  body: Buffer<ArrayBuffer>,
  contentType = `multipart/form-data; boundary=${BOUNDARY}`,
): Promise<Response> =>
  fetch(`${url}/ocr-jobs/upload`, {
    method: 'POST',
    body: new Blob([body]),
    headers: contentType ? { 'content-type': contentType } : {},
    signal: AbortSignal.timeout(30_000),
  });

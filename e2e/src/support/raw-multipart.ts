import { scripted } from './script.ts';

export const BOUNDARY = 'inkstream-boundary';

/** A part as it goes over the wire. `disposition` follows `form-data; `. */
export interface Part {
  readonly disposition: string;
  readonly headers?: readonly string[];
  readonly body: Uint8Array | string;
}

/** A file for the provider `scripted`, which completes it. */
export const filePart: Part = {
  disposition: 'name="file"; filename="receipt.png"',
  body: scripted({ do: 'complete', text: 'x' }),
};
export const providerPart: Part = { disposition: 'name="ocrProvider_0"', body: 'scripted' };

/** A multipart body (RFC 7578), byte for byte. Without its end, where that is to be missing. */
export function multipart(parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Buffer<ArrayBuffer> {
  const pieces = parts.flatMap(({ disposition, headers = [], body }) => [
    Buffer.from(
      [`--${BOUNDARY}`, `Content-Disposition: form-data; ${disposition}`, ...headers, '', ''].join('\r\n'),
    ),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(end)]);
}

/** Uploads a body under any content type. */
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

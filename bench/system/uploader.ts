import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

const BOUNDARY = 'inkstream-bench';
/** Shorter than servers wait before they close an idle connection. */
export const IDLE_MS = 3_000;

/**
 * A client that costs next to nothing, since it shares the machine with what it measures: the same body each time, made
 * once, over connections that stay open.
 */
export function createUploader(url: string, provider: string, bytes: Uint8Array, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: IDLE_MS });
  const body = Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="ocrProvider_0"\r\n\r\n${provider}\r\n` +
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="receipt.png"\r\n` +
        'Content-Type: image/png\r\n\r\n',
    ),
    bytes,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
  const headers = {
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    'content-length': body.byteLength,
  };
  return async (): Promise<void> => {
    const sent = request(`${url}/ocr-jobs/upload`, { method: 'POST', agent, headers }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const answer = await text(response);
    if (response.statusCode !== 201) throw new Error(`${response.statusCode} ${answer}`);
  };
}

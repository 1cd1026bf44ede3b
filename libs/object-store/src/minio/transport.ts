import { AsyncLocalStorage } from 'node:async_hooks';
import * as http from 'node:http';
import * as https from 'node:https';
import type { ClientOptions } from 'minio';

type Request = typeof http.request;
type Answer = (response: http.IncomingMessage) => void;

const signals = new AsyncLocalStorage<AbortSignal>();

/** Runs `work`, whose requests end when the signal aborts: minio-js itself takes no signals. */
export const withSignal = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
  signals.run(signal, work);

const isFault = (status = 0): boolean => status >= 500 || [408, 429, 499].includes(status);

/** A fault says why in some 600 bytes of XML. */
const MAX_REASON_BYTES = 4_096;
/** MinIO answers 500 with this as the cause until it has noticed that its disk is full, and 507 from then on. */
const NO_SPACE = 'no space left on device';

/** A fault as an error, its code `HTTP_503` and so on, or `ENOSPC`. */
async function faultOf(response: http.IncomingMessage): Promise<Error> {
  const { statusCode = 0 } = response;
  let reason = '';
  try {
    for await (const chunk of response.setEncoding('latin1')) {
      reason += chunk;
      if (reason.length > MAX_REASON_BYTES) break;
    }
  } catch {
    // It broke off: its status says enough.
  }
  const code = reason.includes(NO_SPACE) ? 'ENOSPC' : `HTTP_${statusCode}`;
  return Object.assign(new Error(`The server answered ${statusCode}`), { code });
}

/** Requests as minio-js makes them. */
function requestBy(request: Request): Request {
  return (options: Parameters<Request>[0] | http.RequestOptions, answer?: http.RequestOptions | Answer) => {
    if (typeof options === 'string' || options instanceof URL || typeof answer !== 'function')
      throw new TypeError('minio-js makes requests of options and a callback');
    const signal = signals.getStore();
    const made = request({ ...options, ...(signal && { signal }) }, (response) => {
      // minio-js leaves such an answer unread, which would hold its connection for ever. Once it is read, the request is
      // at its end, and would not report an error that it is destroyed with.
      if (isFault(response.statusCode)) void faultOf(response).then((fault) => made.emit('error', fault));
      else answer(response);
    });
    return made;
  };
}

/** An idle connection is closed before MinIO (30 s) or S3 does it, which a request just being sent would meet. */
const IDLE_MS = 10_000;

/** Connections that are kept, as many as there are requests at once. */
export function connectionsTo({
  protocol,
}: URL): Required<Pick<ClientOptions, 'transport' | 'transportAgent' | 'useSSL'>> {
  const secure = protocol === 'https:';
  const { Agent, request } = secure ? https : http;
  const transportAgent = new Agent({ keepAlive: true, timeout: IDLE_MS, scheduling: 'lifo' });
  return { transport: { request: requestBy(request) }, transportAgent, useSSL: secure };
}

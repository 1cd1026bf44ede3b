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

const statusError = (status = 0) =>
  Object.assign(new Error(`The server answered ${status}`), { code: `HTTP_${status}` });

/** Requests as minio-js makes them. */
function requestBy(request: Request): Request {
  return (options: Parameters<Request>[0] | http.RequestOptions, answer?: http.RequestOptions | Answer) => {
    if (typeof options === 'string' || options instanceof URL || typeof answer !== 'function')
      throw new TypeError('minio-js makes requests of options and a callback');
    const signal = signals.getStore();
    const made = request({ ...options, ...(signal && { signal }) }, (response) => {
      // minio-js leaves such an answer unread, which would hold its connection for ever.
      if (isFault(response.statusCode)) made.destroy(statusError(response.statusCode));
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

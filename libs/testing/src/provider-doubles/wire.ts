import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Answer } from './faults.ts';
import type { VendorRequest } from './vendor.ts';

/** A request with its body. */
export async function requestOf(incoming: IncomingMessage): Promise<VendorRequest> {
  const origin = `http://${incoming.headers.host ?? '127.0.0.1'}`;
  const { pathname, searchParams } = new URL(incoming.url ?? '/', origin);
  const { method = 'GET', headers } = incoming;
  return { method, path: pathname, query: searchParams, headers, body: await buffer(incoming), origin };
}

/** A body as it is sent. */
export const bytesOf = (body: unknown): Uint8Array => {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
};

/** Its headers, with the type of what is not said otherwise. */
export const typed = ({ headers, body }: Answer): Record<string, string> => ({
  'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
  ...headers,
});

/** Sends an answer whole. Returns its status. */
export function send(response: ServerResponse, answer: Answer): number {
  const body = bytesOf(answer.body);
  response.writeHead(answer.status, { ...typed(answer), 'content-length': body.length }).end(body);
  return answer.status;
}

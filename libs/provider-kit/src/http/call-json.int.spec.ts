import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { callJson, type JsonCall } from './call-json.ts';
import { createVendorErrors } from './vendor-errors.ts';

/** It answers with the status and body that the path says. */
const server = createServer(({ url = '/' }, response) => {
  const [, status = '200', body = ''] = url.split('/').map(decodeURIComponent);
  response.writeHead(Number(status), { 'retry-after': '3' }).end(body);
});
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(async () => {
  server.closeAllConnections();
  server.close();
});

const errors = createVendorErrors({
  vendor: 'Acme',
  body: z.object({ why: z.string() }),
  handle: ({ body }) => ({ said: body.why }),
});
function call(status: number, body: string, more: Partial<JsonCall<{ text: string }>> = {}) {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/${status}/${encodeURIComponent(body)}`;
  const schema = z.object({ text: z.string() });
  return callJson(url, {}, { vendor: 'Acme', errors, schema, signal: AbortSignal.timeout(5_000), ...more });
}

it('returns what the schema says', async () => {
  expect(await call(200, '{"text": "TOTAL", "more": 1}')).toEqual({ text: 'TOTAL' });
  expect(await call(404, '{"text": "not known"}', { answers: [404] })).toEqual({ text: 'not known' });
});

it("turns the vendor's errors into faults, whether or not they are JSON", async () => {
  const limited = { code: 'rate_limited', retryAfterMs: 3_000, message: expect.stringContaining('too fast') };
  await expect(call(429, '{"why": "too fast"}')).rejects.toMatchObject(limited);
  await expect(call(502, '<html>')).rejects.toMatchObject({ code: 'provider_unavailable' });
});

it('takes what is no JSON, or of another shape, for no result', async () => {
  for (const body of ['', '<html>', '{"text": "TOT', '{}', 'null'])
    await expect(call(200, body)).rejects.toMatchObject({ code: 'invalid_result' });
});

it("rejects with the signal's reason", async () => {
  await expect(call(200, '{}', { signal: AbortSignal.abort(new Error('nobody wants it')) })).rejects.toThrow(
    'nobody wants it',
  );
});

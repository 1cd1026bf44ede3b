import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { causeOf } from '../recognise.ts';
import { connectionFault } from './connection-fault.ts';

/** Cuts each answer within its body. */
const cutting = createServer((_request, response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"half":');
  setTimeout(() => response.destroy(), 20);
});
let url = '';
beforeAll(async () => {
  await once(cutting.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(cutting.address() as AddressInfo).port}`;
});
afterAll(() => cutting.close());

const faultOf = async (call: () => Promise<unknown>) =>
  connectionFault(await call().catch((error: unknown) => error), 'ACME');

test('a connection that is refused: the provider is not available, and the log says why', async () => {
  const fault = await faultOf(() => fetch('http://127.0.0.1:1/'));
  expect(fault).toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('ACME cannot be reached'),
  });
  expect(causeOf(fault)).toMatch(
    /^ACME cannot be reached.*: (connect ECONNREFUSED 127\.0\.0\.1:1|bad port)$/,
  );
});

test('a name that nobody knows', async () => {
  const fault = await faultOf(() => fetch('http://nobody.invalid/'));
  expect(fault?.message).toMatch(/ACME cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/);
});

test('an answer that is cut', async () => {
  const fault = await faultOf(async () => (await fetch(url)).json());
  expect(fault).toMatchObject({
    code: 'provider_unavailable',
    message: 'ACME cannot be reached (UND_ERR_SOCKET)',
  });
});

test("an SDK's error around it changes nothing", async () => {
  const cause = await fetch(url)
    .then((answer) => answer.text())
    .catch((error: unknown) => error);
  expect(connectionFault(new Error('Connection error.', { cause }), 'ACME')?.code).toBe(
    'provider_unavailable',
  );
});

test('what is no fault of a connection is none', async () => {
  const mistake = new TypeError("Cannot read properties of undefined (reading 'x')");
  const invalid = Object.assign(new Error('bad'), { code: 'ERR_INVALID_ARG_TYPE' });
  const loop = new Error('loop');
  loop.cause = loop;
  for (const error of [mistake, invalid, loop, 'text', null, undefined, new SyntaxError('Unexpected end')])
    expect(connectionFault(error, 'ACME')).toBeNull();
});

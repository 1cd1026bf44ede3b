import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectProxy } from '../spec-support/connect-proxy.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../spec-support/ask-vendor.ts', import.meta.url));

let folder: string;
let caFile: string;
let vendor: Server;
let proxy: Awaited<ReturnType<typeof connectProxy>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-private-ca-'));
  const keyFile = join(folder, 'key.pem');
  caFile = join(folder, 'ca.pem');
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile, '-out', caFile],
    ...['-subj', '/CN=private', '-addext', 'subjectAltName=DNS:vendor.example', '-days', '2'],
  ]);
  const identity = { key: await readFile(keyFile), cert: await readFile(caFile) };
  vendor = createServer(identity, (_request, response) => response.end('read'));
  await once(vendor.listen(0, '127.0.0.1'), 'listening');
  proxy = await connectProxy(() => (vendor.address() as AddressInfo).port);
});
afterAll(async () => {
  vendor.closeAllConnections();
  vendor.close();
  await proxy.close();
  await rm(folder, { recursive: true });
});

const ask = async (env: NodeJS.ProcessEnv) =>
  (
    await run(process.execPath, [SCRIPT, 'https://vendor.example/v1'], {
      env: { PATH: process.env.PATH, ...env },
    })
  ).stdout.trim();

test('a vendor behind HTTPS_PROXY, whose certificate a private CA signed, is reached', async () => {
  expect(await ask({ HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: caFile })).toBe('read');
  expect(proxy.asked).toEqual(['vendor.example:443']);
});

test('a certificate that nobody trusts is a fault that says so', async () => {
  expect(await ask({ HTTPS_PROXY: proxy.url })).toMatch(
    /^ACME cannot be reached \((DEPTH_ZERO_)?SELF_SIGNED_CERT/,
  );
});

test('without the proxy, nobody knows the host', async () => {
  expect(await ask({ NODE_EXTRA_CA_CERTS: caFile })).toMatch(
    /^ACME cannot be reached \((ENOTFOUND|EAI_AGAIN)\)$/,
  );
});

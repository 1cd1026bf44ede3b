import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readDocument } from '@inkstream/provider-kit';
import { generateReceipt } from '@inkstream/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { provider } from './provider.ts';

const asked: IncomingHttpHeaders[] = [];
const server = createServer(({ headers }, response) => {
  asked.push(headers);
  response.end('{}');
});
beforeEach(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

it('headers that the environment names for OpenAI, its key among them, are not sent here', async () => {
  vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-gateway-key: secret\nAuthorization: Bearer secret');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const definition = await provider.configure({ LLAMA_CPP_API_KEY: 'own-key', LLAMA_CPP_BASE_URL: url });
  if ('wants' in definition || 'module' in definition.engine) throw new Error('not configured');
  const { image: bytes, mimeType } = await generateReceipt({ seed: 7, width: 100 });
  const read = readDocument(definition.engine, { bytes, mimeType });
  await expect(read).rejects.toMatchObject({ code: 'invalid_result' });
  expect(asked.length).toBeGreaterThan(0);
  for (const { authorization, ...others } of asked) {
    expect(authorization).toBe('Bearer own-key');
    expect(JSON.stringify(others)).not.toContain('secret');
  }
});

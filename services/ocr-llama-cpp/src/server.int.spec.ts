import { readDocument } from '@inkstream/provider-kit';
import { generateReceipt } from '@inkstream/testing';
import {
  type LlamaServerOptions,
  llamaServer,
  type ProviderDouble,
  startDouble,
} from '@inkstream/testing/provider-doubles';
import { afterEach, expect, test } from 'vitest';
import { provider } from './provider.ts';

let double: ProviderDouble;
afterEach(() => double.close());

async function start(
  options: LlamaServerOptions = {},
  key: string | null = null,
  env: NodeJS.ProcessEnv = {},
) {
  double = await startDouble(llamaServer(options), { key });
  const definition = await provider.configure({ LLAMA_CPP_BASE_URL: `${double.url}/v1`, ...env });
  if ('wants' in definition || 'module' in definition.engine) throw new Error('not configured');
  return definition.engine;
}
const signal = () => AbortSignal.timeout(20_000);
async function read(engine: Awaited<ReturnType<typeof start>>) {
  const { image: bytes, mimeType, truth } = await generateReceipt({ seed: 7, width: 200, format: 'webp' });
  await double.know(bytes, truth);
  return readDocument(engine, { bytes, mimeType }, { signal: signal() });
}
const paths = () => double.calls.map(({ path, status }) => `${path} ${status}`);

test('the probe asks for health and eyes, and buys nothing', async () => {
  const engine = await start();
  await engine.probe?.(signal());
  expect(paths()).toEqual(['/health 200', '/props 200']);
});

test('a server that loads its model, or whose model has no eyes, is not available', async () => {
  let engine = await start();
  double.fail(
    1,
    {
      kind: 'answer',
      status: 503,
      body: { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
    },
    'probe',
  );
  await expect(engine.probe?.(signal())).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('Loading model'),
  });
  await double.close();
  engine = await start({ vision: false });
  await expect(engine.probe?.(signal())).rejects.toMatchObject({
    code: 'provider_unavailable',
    message: expect.stringContaining('--mmproj'),
  });
  await expect(read(engine)).rejects.toMatchObject({ code: 'provider_unavailable' });
});

test('a WebP is sent as what it reads, under the name of the model that it serves', async () => {
  const { model, pages } = await read(await start());
  expect(model).toBe('qwen3-vl-4b-instruct-q4_k_m.gguf');
  expect(pages[0]?.lines.length).toBeGreaterThan(5);
  expect(paths()).toEqual(['/slots 200', '/v1/models 200', '/v1/chat/completions 200']);
});

test('without a free slot nothing is sent, and a server that hides its slots is asked for pages all the same', async () => {
  let engine = await start({ slots: 0 });
  await expect(read(engine)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 2_000 });
  expect(paths()).toEqual(['/slots 503']);
  await double.close();
  engine = await start({ slotsEndpoint: false });
  expect((await read(engine)).pages).toHaveLength(1);
  expect(paths()[0]).toBe('/slots 501');
});

test('its key is sent if it has one', async () => {
  const engine = await start({}, 'local-key', { LLAMA_CPP_API_KEY: 'local-key' });
  await engine.probe?.(signal());
  expect((await read(engine)).pages).toHaveLength(1);
});

test('a page beyond its context is too large, whatever was asked of the model', async () => {
  await expect(read(await start({ context: 100 }))).rejects.toMatchObject({ code: 'document_too_large' });
});

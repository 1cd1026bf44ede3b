import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { definePlugin } from '../plugin.ts';
import { defineProvider } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { startProvider } from '../run-provider.ts';
import { execution, type Harness, openHarness, wordsEngine } from '../spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000 });

const kinds = [
  ['no_credit', new ProviderError('credit_exhausted', 'The account has no credit')],
  [
    'no_allowance',
    new ProviderError('credit_exhausted', 'No allowance', undefined, { pause: 'no_allowance' }),
  ],
  ['key_refused', new ProviderError('credentials_rejected', 'The key is refused')],
  [
    'model_gone',
    new ProviderError('provider_unavailable', 'The model is gone', undefined, { pause: 'model_gone' }),
  ],
] as const;

describe('a provider that somebody has to mend', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await openHarness();
  });
  afterEach(() => harness.close());

  it.each(kinds)(
    'pauses at the first call and says why (%s), fails nothing, and goes on by itself',
    async (cause, error) => {
      let wrong: ProviderError | null = null;
      let calls = 0;
      const engine = wordsEngine(async (word) => {
        calls++;
        if (wrong) throw wrong;
        return word;
      });
      const quick = {
        circuit: { firstProbeMs: 100, maxProbeMs: 300 },
        retry: { maxAttempts: 1, firstDelayMs: 10 },
      };
      const provider = await harness.start({ engine, concurrency: 1 }, quick);
      await harness.final(await harness.request('well'));
      wrong = error;
      const ids = await Promise.all(['a', 'b', 'c'].map((word) => harness.request(word)));
      const announced = await harness.announced(({ state }) => state === 'paused');
      expect(announced).toMatchObject({ cause, reason: error.message, since: expect.any(String) });
      expect(provider.status()).toMatchObject({ cause });
      await sleep(1_500);
      // One call a probe, with longer waits between.
      expect(calls).toBeLessThan(10);
      wrong = null;
      for (const id of ids) expect(execution(await harness.final(id)).status).toBe('completed');
      await vi.waitFor(
        () => expect(provider.status()).toEqual({ state: 'ready', since: expect.any(String) }),
        5_000,
      );
    },
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('says so at /health/ready, where it is no failure', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'provider-paused-'));
  const probe = async () => {
    throw new ProviderError('credit_exhausted', 'The account has no credit');
  };
  const engine = { ...wordsEngine(async (word) => word), probe };
  const limits = { maxBytes: 1_000, maxPages: 1 };
  const plugin = definePlugin({
    name: 'acme',
    config: {},
    define: () =>
      defineProvider({
        ...{ name: 'acme', version: '1', description: 'For tests', accepts: ['image/png'], limits },
        ...{ concurrency: 1, timeoutMs: 1_000, engine },
      }),
  });
  const port = await freePort();
  const env = {
    INKSTREAM_MODE: 'embedded',
    INKSTREAM_DATA_DIR: folder,
    PORT: String(port),
    LOG_LEVEL: 'silent',
  };
  const service = await startProvider(plugin, env);
  try {
    const ready = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
      return [response.status, await response.json()];
    };
    await vi.waitFor(
      async () =>
        expect(await ready()).toEqual([
          200,
          expect.objectContaining({
            status: 'ok',
            provider: 'no_credit',
            reason: 'The account has no credit',
          }),
        ]),
      5_000,
    );
  } finally {
    await service.close();
    await rm(folder, { recursive: true });
  }
});

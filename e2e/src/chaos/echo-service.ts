/**
 * The provider `echo` as a service: it says the SHA-256 of what it is given, after `ECHO_DELAY_MS`, and stumbles in so
 * many of a thousand attempts, `ECHO_FAULTS`. What says that it is corrupt it refuses for good. If there is an
 * `ECHO_API`, it asks that before it reads, as the provider of a remote API does, and fails as that says.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, defineProvider, ProviderError, startProvider } from '@inkstream/provider-kit';
import { readConfig, runService, wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';
import { isCorrupt } from './documents.ts';

const config = {
  ECHO_DELAY_MS: wholeNumber(0, 60_000).default(100),
  ECHO_FAULTS: wholeNumber(0, 1_000).default(0),
  ECHO_TIMEOUT_MS: wholeNumber(1_000, 600_000).default(30_000),
  ECHO_API: z.url().optional(),
};

/** Rejects as the remote API says. */
async function ask(api: string | undefined, signal: AbortSignal): Promise<void> {
  if (api === undefined) return;
  const response = await fetch(api, { signal }).catch((error) => {
    if (signal.aborted) throw error;
    throw new ProviderError('provider_unavailable', 'The remote provider does not answer');
  });
  if (response.ok) return;
  const { status, headers } = response;
  if (status === 401) throw new ProviderError('credentials_rejected', 'The remote provider refuses the key');
  const retryAfterMs = 1_000 * Number(headers.get('retry-after') ?? 0);
  if (status === 429) throw new ProviderError('rate_limited', 'Too many requests', retryAfterMs);
  throw new ProviderError('provider_unavailable', `The remote provider answers ${status}`);
}

await runService(async () => {
  const { ECHO_DELAY_MS, ECHO_FAULTS, ECHO_TIMEOUT_MS, ECHO_API } = readConfig(config, process.env);
  const definition = defineProvider({
    name: 'echo',
    version: '1.0.0',
    description: 'Says the SHA-256 of a document',
    accepts: ['image/png'],
    limits: { maxBytes: 104_857_600, maxPages: 1 },
    concurrency: 4,
    timeoutMs: ECHO_TIMEOUT_MS,
    engine: {
      ...(ECHO_API !== undefined && { probe: (signal: AbortSignal) => ask(ECHO_API, signal) }),
      async recognise({ bytes }, { signal }) {
        await ask(ECHO_API, signal);
        await sleep(ECHO_DELAY_MS * (0.5 + Math.random()), undefined, { signal });
        if (isCorrupt(bytes)) throw new ProviderError('corrupt_document', 'The document says so');
        if (Math.random() * 1_000 < ECHO_FAULTS)
          throw new ProviderError('internal_error', 'The provider stumbled');
        const text = createHash('sha256').update(bytes).digest('hex');
        const line = { text, confidence: 1, box: [0, 0, 1, 1] as [number, number, number, number] };
        return { pages: [{ width: 1, height: 1, rotation: 0, lines: [line] }], model: 'echo' };
      },
    },
  });
  const provider = definePlugin({ name: definition.name, config: {}, define: () => definition });
  return startProvider(provider, process.env);
});

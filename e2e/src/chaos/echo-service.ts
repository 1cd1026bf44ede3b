/**
 * The provider `echo` as a service: it says the SHA-256 of what it is given, after `ECHO_DELAY_MS`, and stumbles in so
 * many of a thousand attempts, `ECHO_FAULTS`. What says that it is corrupt it refuses for good.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineProvider, ProviderError, startProvider } from '@inkstream/provider-kit';
import { readConfig, runService, wholeNumber } from '@inkstream/service-kit';
import { isCorrupt } from './documents.ts';

const config = {
  ECHO_DELAY_MS: wholeNumber(0, 60_000).default(100),
  ECHO_FAULTS: wholeNumber(0, 1_000).default(0),
};

await runService(async () => {
  const { ECHO_DELAY_MS, ECHO_FAULTS } = readConfig(config, process.env);
  const definition = defineProvider({
    name: 'echo',
    version: '1.0.0',
    description: 'Says the SHA-256 of a document',
    accepts: ['image/png'],
    limits: { maxBytes: 104_857_600, maxPages: 1 },
    concurrency: 4,
    timeoutMs: 30_000,
    engine: {
      async recognise({ bytes }, { signal }) {
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
  return startProvider(definition, process.env);
});

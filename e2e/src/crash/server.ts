/** An Inkstream to be killed: one provider that reads a document's own words, after a moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inkstreamConfig, startInkstream } from '@inkstream/all-in-one';
import { defineProvider } from '@inkstream/provider-kit';
import { createLogger, readConfig, runService, wholeNumber } from '@inkstream/service-kit';
import { wordsOf } from './documents.ts';

const provider = defineProvider({
  name: 'words',
  version: '1.0.0',
  description: 'Reads the words that follow a picture',
  accepts: ['image/png'],
  limits: { maxBytes: 1_000_000, maxPages: 1 },
  concurrency: 8,
  timeoutMs: 10_000,
  engine: {
    async recognise({ bytes }, { signal }) {
      await sleep(30 + (bytes.length % 50), undefined, { signal });
      const line = {
        text: wordsOf(bytes),
        confidence: 1,
        box: [0, 0, 1, 1] as [number, number, number, number],
      };
      return { pages: [{ width: 1, height: 1, rotation: 0, lines: [line] }], model: 'words' };
    },
  },
});

await runService(async () => {
  // The sweep's age is the test's: it wants to see orphans go.
  const shape = {
    ...inkstreamConfig,
    ORPHAN_AGE_MS: wholeNumber(0, 1e9).default(3_600_000),
  };
  const config = readConfig(shape, process.env);
  return startInkstream(config, [provider], createLogger('inkstream', config.LOG_LEVEL));
});

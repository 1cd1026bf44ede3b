import { defineProvider } from '@inkstream/provider-kit';

/** A provider that does no work at all. */
export const idle = defineProvider({
  name: 'idle',
  version: '1.0.0',
  description: 'Finds an empty page in everything',
  accepts: ['image/png'],
  limits: { maxBytes: 1_048_576, maxPages: 1 },
  concurrency: 16,
  timeoutMs: 1_000,
  engine: {
    recognise: async () => ({ pages: [{ width: 1, height: 1, rotation: 0, lines: [] }], model: 'idle' }),
  },
});

/** So many documents are read at once, and end at the same moment. */
const TOGETHER = 500;
let waiting: (() => void)[] = [];

/** One that reads nothing either, and answers once it has as many documents in hand as a large job has files. */
export const together = defineProvider({
  name: 'together',
  version: '1.0.0',
  description: `Finds an empty page in everything, ${TOGETHER} at once`,
  accepts: ['image/png'],
  limits: { maxBytes: 1_048_576, maxPages: 1 },
  concurrency: TOGETHER,
  timeoutMs: 60_000,
  engine: {
    async recognise() {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      if (waiting.length === TOGETHER) {
        for (const answer of waiting) answer();
        waiting = [];
      }
      await promise;
      return { pages: [{ width: 1, height: 1, rotation: 0, lines: [] }], model: 'together' };
    },
  },
});

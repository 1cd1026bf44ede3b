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

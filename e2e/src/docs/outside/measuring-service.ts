/** A provider that computes, in a thread, compiled and run where the packages of the kit are installed. */
import { DOCUMENT_TYPES } from '@inkstream/contracts';
import { definePlugin, defineProvider, runService, startProvider } from '@inkstream/provider-kit';

const provider = definePlugin({
  name: 'measuring',
  config: {},
  define: () =>
    defineProvider({
      name: 'measuring',
      version: '1.0.0',
      description: 'Says how large pages are',
      accepts: [...DOCUMENT_TYPES],
      limits: { maxBytes: 2 ** 24, maxPages: 10 },
      concurrency: 1,
      timeoutMs: 60_000,
      engine: { module: new URL('./measuring-engine.js', import.meta.url), options: {} },
    }),
});

await runService(() => startProvider(provider, process.env));

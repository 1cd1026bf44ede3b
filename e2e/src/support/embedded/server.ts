/** Inkstream in one process, with scripted providers, and the real local one where `--paddle` asks for it. */
import { inkstreamConfig, startInkstream } from '@inkstream/all-in-one';
import { paddleConfig, paddleLocal } from '@inkstream/ocr-paddle-local';
import { createLogger, readConfig, runService } from '@inkstream/service-kit';
import { createReleases, scriptedProviders } from '../scripted-providers.ts';

/** What it says once it listens. */
export type Listening = { readonly url: string };

await runService(async () => {
  const config = readConfig({ ...inkstreamConfig, ...paddleConfig }, process.env);
  const real = process.argv.includes('--paddle') ? [paddleLocal(config)] : [];
  const inkstream = await startInkstream(
    config,
    [...scriptedProviders(createReleases(process)), ...real],
    createLogger('inkstream', config.LOG_LEVEL),
  );
  process.send?.({ url: inkstream.url } satisfies Listening);
  return inkstream;
});

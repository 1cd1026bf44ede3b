/**
 * Inkstream as a process of its own, with scripted providers, and the real local one where `--paddle` asks for it.
 * The parent tells it over IPC what to release, and when to collect garbage.
 */
import { startInkstream } from '@inkstream/all-in-one';
import { paddleConfig, paddleLocal } from '@inkstream/ocr-paddle-local';
import { createLogger, engineConfig, readConfig, runService, serverConfig } from '@inkstream/service-kit';
import { gatewayConfig } from '@inkstream/upload-gateway';
import { createReleases, scriptedProviders } from './scripted-providers.ts';

export type FromParent = { readonly release: string } | { readonly collect: true };
/** `heap`: what is in use on the heap and in buffers outside of it, bytes. */
export type FromChild = { readonly url: string } | { readonly heap: number };

const tell = (message: FromChild) => process.send?.(message);

await runService(async () => {
  const config = readConfig(
    { ...serverConfig, ...engineConfig, ...gatewayConfig, ...paddleConfig },
    process.env,
  );
  const releases = createReleases();
  process.on('message', (message: FromParent) => {
    if ('release' in message) return releases.release(message.release);
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    tell({ heap: heapUsed + external });
  });
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const real = process.argv.includes('--paddle') ? [paddleLocal(config)] : [];
  const inkstream = await startInkstream(
    config,
    [...scriptedProviders(releases), ...real],
    createLogger('inkstream', config.LOG_LEVEL),
  );
  tell({ url: inkstream.url });
  return inkstream;
});

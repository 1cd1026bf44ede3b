/** An Inkstream in a process of its own; says its URL to the parent. `process.argv[2]`: which provider runs in it. */
import { startInkstream } from '@inkstream/all-in-one';
import { paddleConfig, paddleLocal } from '@inkstream/ocr-paddle-local';
import { defineProvider, type ProviderDefinition } from '@inkstream/provider-kit';
import { createLogger, engineConfig, readConfig, runService, serverConfig } from '@inkstream/service-kit';
import { gatewayConfig } from '@inkstream/upload-gateway';

/** A provider that does no work at all. */
const idle = defineProvider({
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

const config = readConfig(
  { ...serverConfig, ...engineConfig, ...gatewayConfig, ...paddleConfig },
  process.env,
);
const providers: Readonly<Record<string, readonly ProviderDefinition[]>> = {
  idle: [idle],
  paddle: [paddleLocal(config)],
  none: [],
};

await runService(async () => {
  const definitions = providers[process.argv[2] ?? 'none'] ?? [];
  const inkstream = await startInkstream(config, definitions, createLogger('inkstream', config.LOG_LEVEL));
  process.send?.(inkstream.url);
  return inkstream;
});

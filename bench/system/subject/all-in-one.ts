/** An Inkstream in a process of its own. `process.argv[2]`: which provider runs in it. */
import { inkstreamConfig, startInkstream } from '@inkstream/all-in-one';
import { paddleConfig, paddleLocal } from '@inkstream/ocr-paddle-local';
import type { ProviderDefinition } from '@inkstream/provider-kit';
import { closeInOrder, createLogger, readConfig, runService, startTelemetry } from '@inkstream/service-kit';
import { idle, together } from './idle.ts';

const config = readConfig({ ...inkstreamConfig, ...paddleConfig }, process.env);
const providers: Readonly<Record<string, readonly ProviderDefinition[]>> = {
  idle: [idle, together],
  paddle: [paddleLocal(config)],
  none: [],
};

await runService(async () => {
  const telemetry = await startTelemetry('inkstream', process.env);
  const inkstream = await startInkstream(
    config,
    providers[process.argv[2] ?? 'none'] ?? [],
    createLogger('inkstream', config.LOG_LEVEL),
  );
  return { ...inkstream, close: () => closeInOrder([inkstream, telemetry]) };
});

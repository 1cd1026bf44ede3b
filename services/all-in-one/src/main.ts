import { RebuildRunningError } from '@inkstream/projection';
import { closeInOrder, createLogger, readConfig, runService, startTelemetry } from '@inkstream/service-kit';
import { warningOfAbsent } from './absent.ts';
import { inkstreamConfig, startInkstream } from './inkstream.ts';
import { configuredProviders, providersConfig } from './providers.ts';

/** `--rebuild` rebuilds the read model at start, while the API serves. */
const rebuild = process.argv.includes('--rebuild');

await runService(async () => {
  const config = readConfig({ ...inkstreamConfig, ...providersConfig }, process.env);
  const log = createLogger('inkstream', config.LOG_LEVEL);
  const telemetry = await startTelemetry('inkstream', process.env);
  const { definitions, idle } = await configuredProviders(process.env);
  const inkstream = await startInkstream(config, definitions, log);
  if (idle.length > 0)
    log.info(`these providers do not run until their variables are set: ${idle.join(', ')}`);
  const absent = warningOfAbsent(config, definitions);
  if (absent !== undefined) log.warn(absent);
  log.info({ url: inkstream.url, dataDir: config.INKSTREAM_DATA_DIR }, 'listening');
  if (rebuild)
    inkstream.rebuild().then(
      (done) => log.info(done, 'rebuilt the read model'),
      (error) =>
        error instanceof RebuildRunningError
          ? log.info('the read model is being rebuilt already')
          : log.error({ err: error }, 'could not rebuild the read model'),
    );
  return { ...inkstream, close: () => closeInOrder([inkstream, telemetry]) };
});

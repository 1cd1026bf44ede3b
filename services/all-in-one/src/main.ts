import { queryConfig } from '@inkstream/query-api';
import {
  closeInOrder,
  createLogger,
  engineConfig,
  readConfig,
  runService,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { gatewayConfig } from '@inkstream/upload-gateway';
import { startInkstream } from './inkstream.ts';
import { localProviders, providersConfig } from './providers.ts';

/** `--rebuild` makes the read model anew at start, while the API serves. */
const rebuild = process.argv.includes('--rebuild');

await runService(async () => {
  const config = readConfig(
    { ...serverConfig, ...engineConfig, ...gatewayConfig, ...queryConfig, ...providersConfig },
    process.env,
  );
  const log = createLogger('inkstream', config.LOG_LEVEL);
  const telemetry = await startTelemetry('inkstream', process.env);
  const inkstream = await startInkstream(config, localProviders(config), log);
  log.info({ url: inkstream.url, dataDir: config.INKSTREAM_DATA_DIR }, 'listening');
  if (rebuild)
    inkstream.rebuild().then(
      (done) => log.info(done, 'rebuilt the read model'),
      (error) => log.error({ err: error }, 'could not rebuild the read model'),
    );
  return { close: () => closeInOrder([inkstream, telemetry]) };
});

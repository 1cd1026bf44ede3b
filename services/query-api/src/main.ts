import {
  closeEngines,
  closeInOrder,
  createLogger,
  engineConfig,
  listen,
  openEngines,
  readConfig,
  runService,
  serverConfig,
  startTelemetry,
  wholeNumber,
} from '@inkstream/service-kit';
import { createQueryApi } from './query-api.ts';

const NAME = 'query-api';
const queryConfig = {
  /** Event streams that may be open at once. */
  MAX_EVENT_STREAMS: wholeNumber(1, 100_000).default(1_000),
};

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...engineConfig, ...queryConfig }, process.env);
  const log = createLogger(NAME, config.LOG_LEVEL);
  const telemetry = await startTelemetry(NAME, process.env);
  const engines = await openEngines(config, log, undefined, ['read', 'append']);
  const api = await createQueryApi({ ...engines, log, maxEventStreams: config.MAX_EVENT_STREAMS });
  const server = await listen(api.app, { host: config.HOST, port: config.PORT });
  log.info({ url: server.url }, 'listening');
  return {
    close: () => closeInOrder([api, server, { close: () => closeEngines(engines) }, telemetry]),
  };
});

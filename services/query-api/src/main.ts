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
} from '@inkstream/service-kit';
import { createQueryApi } from './query-api.ts';

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...engineConfig }, process.env);
  const log = createLogger('query-api', config.LOG_LEVEL);
  const telemetry = await startTelemetry('query-api', process.env);
  const engines = await openEngines(config, log);
  const api = await createQueryApi({ ...engines, log });
  const server = await listen(api.app, { host: config.HOST, port: config.PORT });
  log.info({ url: server.url }, 'listening');
  return {
    close: () => closeInOrder([api, server, { close: () => closeEngines(engines) }, telemetry]),
  };
});

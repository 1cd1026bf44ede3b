import {
  closeEngines,
  closeInOrder,
  createLogger,
  engineConfig,
  openEngines,
  readConfig,
  runService,
  serveOperations,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { createEventRelay } from './index.ts';

const NAME = 'event-relay';

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...engineConfig }, process.env);
  const log = createLogger(NAME, config.LOG_LEVEL);
  const telemetry = await startTelemetry(NAME, process.env);
  const engines = await openEngines(config, log, ['eventStore', 'bus']);
  const { eventStore, bus } = engines;
  const relay = await createEventRelay({ eventStore, bus, log });
  const dependencies = {
    eventStore: (signal: AbortSignal) => eventStore.ping(signal),
    bus: (signal: AbortSignal) => bus.ping(signal),
  };
  const server = await serveOperations({ log, dependencies }, { host: config.HOST, port: config.PORT });
  log.info({ url: server.url }, 'The relay runs');
  return {
    close: () => closeInOrder([server, relay, { close: () => closeEngines(engines) }, telemetry]),
  };
});

import {
  backendConfig,
  busDetails,
  closeBackends,
  closeInOrder,
  createLogger,
  HttpError,
  internalPort,
  metricsConfig,
  openBackends,
  readConfig,
  runService,
  serveOperations,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { createProjection, RebuildRunningError } from './index.ts';

const NAME = 'projection';

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...backendConfig, ...metricsConfig }, process.env);
  const log = createLogger(NAME, config.LOG_LEVEL);
  const telemetry = await startTelemetry(NAME, process.env);
  const rights = ['read', 'append', 'subscribe'] as const;
  const backends = await openBackends(config, log, ['eventStore', 'bus', 'readModel'], rights);
  const { eventStore, bus, readModel } = backends;
  const projection = await createProjection({
    eventStore,
    bus,
    readModel,
    log,
    tenants: config.METRICS_TENANTS,
  });
  const dependencies = {
    eventStore: (signal: AbortSignal) => eventStore.ping(signal),
    bus: (signal: AbortSignal) => bus.ping(signal),
    readModel: (signal: AbortSignal) => readModel.ping(signal),
  };
  /** `POST /rebuild` answers once it is done, with the number of jobs, and which of them could not be made whole. */
  const rebuild = () =>
    projection.rebuild().catch((error) => {
      throw error instanceof RebuildRunningError ? new HttpError(409, error.message) : error;
    });
  const server = await serveOperations(
    { log, dependencies, details: () => busDetails(bus), actions: { rebuild } },
    internalPort(config, NAME),
  );
  log.info({ url: server.url }, 'The projection runs');
  return {
    log,
    unfinished: () => server.unfinished(),
    close: () => closeInOrder([projection, server, { close: () => closeBackends(backends) }, telemetry]),
  };
});

import { createLease } from '@inkstream/event-store';
import {
  backendConfig,
  closeBackends,
  closeInOrder,
  createLogger,
  internalPort,
  openBackends,
  openScavenger,
  readConfig,
  runService,
  serveOperations,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { createHousekeeper, housekeeperConfig } from './index.ts';

const NAME = 'housekeeper';
/** Nobody waits for a housekeeper, so a standby need not be fast. */
const LEASE_MS = 15_000;

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...backendConfig, ...housekeeperConfig }, process.env);
  const log = createLogger(NAME, config.LOG_LEVEL);
  const telemetry = await startTelemetry(NAME, process.env);
  const rights = ['read', 'append', 'subscribe', 'truncate'] as const;
  // The event store first, so that what it refuses is said at once.
  const { eventStore } = await openBackends(config, log, ['eventStore'], rights);
  const { objects, readModel } = await openBackends(config, log, ['objects', 'readModel']);
  const backends = { eventStore, objects, readModel };
  const scavenger = await openScavenger(config);
  const lease = createLease({ store: eventStore, name: NAME, ttlMs: LEASE_MS });
  const housekeeper = createHousekeeper({ ...backends, scavenger, log, config, lease });
  const dependencies = {
    eventStore: (signal: AbortSignal) => eventStore.ping(signal),
    objects: (signal: AbortSignal) => objects.ping(signal),
    readModel: (signal: AbortSignal) => readModel.ping(signal),
  };
  const server = await serveOperations(
    { log, dependencies, details: housekeeper.details },
    internalPort(config, NAME),
  );
  log.info({ url: server.url, holder: lease.holder }, 'The housekeeper runs');
  return {
    log,
    unfinished: () => server.unfinished(),
    close: () => closeInOrder([server, housekeeper, { close: () => closeBackends(backends) }, telemetry]),
  };
});

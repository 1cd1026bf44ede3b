import { createLease } from '@inkstream/event-store';
import {
  backendConfig,
  busDetails,
  closeBackends,
  closeInOrder,
  createLogger,
  internalPort,
  openBackends,
  readConfig,
  runService,
  serveOperations,
  serverConfig,
  startTelemetry,
  wholeNumber,
} from '@inkstream/service-kit';
import { createEventRelay } from './index.ts';

const NAME = 'event-relay';

/** After this long without a sign of life, in ms, the relay that publishes gives way to a standby. */
const leaseConfig = { RELAY_LEASE_MS: wholeNumber(500, 60_000).default(5_000) };

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...backendConfig, ...leaseConfig }, process.env);
  const log = createLogger(NAME, config.LOG_LEVEL);
  const telemetry = await startTelemetry(NAME, process.env);
  const rights = ['read', 'append', 'subscribe', 'truncate'] as const;
  const backends = await openBackends(config, log, ['eventStore', 'bus'], rights);
  const { eventStore, bus } = backends;
  const lease = createLease({ store: eventStore, name: NAME, ttlMs: config.RELAY_LEASE_MS });
  const relay = await createEventRelay({ eventStore, bus, log, lease });
  const dependencies = {
    eventStore: (signal: AbortSignal) => eventStore.ping(signal),
    bus: (signal: AbortSignal) => bus.ping(signal),
  };
  const details = () => {
    const laterRelease = relay.laterRelease();
    return { role: relay.role(), ...busDetails(bus), ...(laterRelease !== undefined && { laterRelease }) };
  };
  const server = await serveOperations({ log, dependencies, details }, internalPort(config, NAME));
  log.info({ url: server.url, holder: lease.holder }, 'The relay runs');
  return {
    log,
    unfinished: () => server.unfinished(),
    close: () => closeInOrder([server, relay, { close: () => closeBackends(backends) }, telemetry]),
  };
});

import { serviceOf } from '@inkstream/contracts';
import {
  busDetails,
  closeEngines,
  closeInOrder,
  createLogger,
  engineConfig,
  internalPort,
  openEngines,
  type Running,
  readConfig,
  serveOperations,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { createProvider } from './create-provider.ts';
import type { ProviderDefinition } from './provider.ts';

/** A provider as a service of its own: configuration from the environment, engines, health on `PORT`. */
export async function startProvider(
  definition: ProviderDefinition,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Running> {
  const config = readConfig({ ...serverConfig, ...engineConfig }, env);
  const service = serviceOf(definition.name);
  const log = createLogger(service, config.LOG_LEVEL);
  const telemetry = await startTelemetry(service, env);
  const engines = await openEngines(config, log, ['eventStore', 'bus', 'objects'], ['read', 'append']);
  const { eventStore, bus, objects } = engines;
  const provider = await createProvider(definition, { eventStore, bus, objects, log });
  const dependencies = {
    eventStore: (signal: AbortSignal) => eventStore.ping(signal),
    bus: (signal: AbortSignal) => bus.ping(signal),
    objects: (signal: AbortSignal) => objects.ping(signal),
  };
  const server = await serveOperations(
    { log, dependencies, details: () => busDetails(bus) },
    internalPort(config, service),
  );
  log.info({ url: server.url }, 'listening');
  return { close: () => closeInOrder([server, provider, { close: () => closeEngines(engines) }, telemetry]) };
}

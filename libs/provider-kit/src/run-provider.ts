import { type ProviderStatus, serviceOf } from '@inkstream/contracts';
import {
  backendConfig,
  busDetails,
  closeBackends,
  closeInOrder,
  createLogger,
  internalPort,
  NotConfiguredError,
  openBackends,
  passwordConfig,
  passwordSecrets,
  type RunningService,
  readConfig,
  serveOperations,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { createProvider } from './create-provider.ts';
import type { ProviderPlugin } from './plugin.ts';

/** How a provider is, for `/health/ready`: one that is paused is not unready, since it mends itself. */
const statusDetails = ({
  state,
  cause,
  reason,
  since,
}: ProviderStatus): Readonly<Record<string, string>> => ({
  provider: cause ?? state,
  ...(reason !== undefined && { reason }),
  ...(since !== undefined && { since }),
});

/**
 * A provider as a service of its own: configuration from the environment, backends, health on `PORT`.
 *
 * @throws NotConfiguredError naming the variable that it wants.
 */
export async function startProvider(plugin: ProviderPlugin, env: NodeJS.ProcessEnv): Promise<RunningService> {
  const definition = await plugin.configure(env);
  if ('wants' in definition)
    throw new NotConfiguredError(`The provider ${plugin.name} does not run until ${definition.wants} is set`);
  const config = readConfig({ ...serverConfig, ...backendConfig, ...passwordConfig }, env);
  const service = serviceOf(definition.name);
  const log = createLogger(service, config.LOG_LEVEL);
  const telemetry = await startTelemetry(service, env);
  const backends = await openBackends(config, log, ['eventStore', 'bus', 'objects'], ['read', 'append']);
  const { eventStore, bus, objects } = backends;
  const provider = await createProvider(definition, {
    ...{ eventStore, bus, objects, log },
    secrets: passwordSecrets(config),
  });
  const dependencies = {
    eventStore: (signal: AbortSignal) => eventStore.ping(signal),
    bus: (signal: AbortSignal) => bus.ping(signal),
    objects: (signal: AbortSignal) => objects.ping(signal),
  };
  const rest = [provider, { close: () => closeBackends(backends) }, telemetry];
  const operations = {
    log,
    dependencies,
    details: () => ({ ...busDetails(bus), ...statusDetails(provider.status()) }),
  };
  const server = await serveOperations(operations, internalPort(config, service)).catch(async (error) => {
    await closeInOrder(rest).catch(() => {});
    throw error;
  });
  log.info({ url: server.url }, 'listening');
  return { log, unfinished: () => provider.unfinished(), close: () => closeInOrder([server, ...rest]) };
}

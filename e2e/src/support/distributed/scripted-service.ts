/** The scripted providers as a service of their own. */
import { createProvider } from '@inkstream/provider-kit';
import {
  backendConfig,
  closeBackends,
  closeInOrder,
  createLogger,
  internalPort,
  openBackends,
  readConfig,
  runService,
  serveOperations,
  serverConfig,
} from '@inkstream/service-kit';
import { createReleases, scriptedProviders } from '../scripted-providers.ts';

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...backendConfig }, process.env);
  const log = createLogger('scripted', config.LOG_LEVEL);
  const backends = await openBackends(config, log, ['eventStore', 'bus', 'objects']);
  const definitions = scriptedProviders(createReleases(process));
  const providers = await Promise.all(
    definitions.map((definition) => createProvider(definition, { ...backends, log })),
  );
  const server = await serveOperations({ log, dependencies: {} }, internalPort(config, 'scripted'));
  return { close: () => closeInOrder([server, ...providers, { close: () => closeBackends(backends) }]) };
});

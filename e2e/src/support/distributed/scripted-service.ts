/** The scripted providers as a service of their own. */
import { createProvider } from '@inkstream/provider-kit';
import {
  closeEngines,
  closeInOrder,
  createLogger,
  engineConfig,
  internalPort,
  openEngines,
  readConfig,
  runService,
  serveOperations,
  serverConfig,
} from '@inkstream/service-kit';
import { createReleases, scriptedProviders } from '../scripted-providers.ts';

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...engineConfig }, process.env);
  const log = createLogger('scripted', config.LOG_LEVEL);
  const engines = await openEngines(config, log, ['eventStore', 'bus', 'objects']);
  const definitions = scriptedProviders(createReleases(process));
  const providers = await Promise.all(
    definitions.map((definition) => createProvider(definition, { ...engines, log })),
  );
  const server = await serveOperations({ log, dependencies: {} }, internalPort(config, 'scripted'));
  return { close: () => closeInOrder([server, ...providers, { close: () => closeEngines(engines) }]) };
});

import {
  backendConfig,
  closeBackends,
  closeInOrder,
  createLogger,
  internalPort,
  listen,
  openBackends,
  readConfig,
  runService,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { createProviderDoor, doorConfig, secretsIn } from './index.ts';

const NAME = 'provider-door';

await runService(async () => {
  const config = readConfig({ ...serverConfig, ...backendConfig, ...doorConfig }, process.env);
  const secrets = secretsIn(config);
  const log = createLogger(NAME, config.LOG_LEVEL);
  const telemetry = await startTelemetry(NAME, process.env);
  const backends = await openBackends(config, log, ['eventStore', 'objects'], ['read', 'append']);
  const app = createProviderDoor({ ...backends, log, secrets });
  const server = await listen(app, internalPort(config, NAME));
  log.info({ url: server.url, providers: [...secrets.keys()] }, 'The door for providers is open');
  return {
    log,
    unfinished: () => server.unfinished(),
    close: () => closeInOrder([server, { close: () => closeBackends(backends) }, telemetry]),
  };
});

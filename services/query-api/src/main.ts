import {
  backendConfig,
  closeBackends,
  closeInOrder,
  createLogger,
  internalConfig,
  internalPort,
  internalSecret,
  listen,
  openBackends,
  readConfig,
  runService,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { queryConfig } from './config.ts';
import { createQueryApi } from './query-api.ts';

const NAME = 'query-api';

await runService(async () => {
  const config = readConfig(
    { ...serverConfig, ...backendConfig, ...internalConfig, ...queryConfig },
    process.env,
  );
  const secret = internalSecret(config);
  const log = createLogger(NAME, config.LOG_LEVEL);
  const telemetry = await startTelemetry(NAME, process.env);
  const backends = await openBackends(config, log, undefined, ['read', 'append']);
  const api = await createQueryApi({
    ...backends,
    log,
    maxEventStreams: config.MAX_EVENT_STREAMS,
    maxEventStreamsPerAddress: config.MAX_EVENT_STREAMS_PER_ADDRESS,
    pictures: { atOnce: config.PICTURES_AT_ONCE, memoryMb: config.DECODER_MEMORY_MB },
    trustProxy: config.TRUST_PROXY,
    internalSecret: secret,
  });
  const server = await listen(api.app, internalPort(config, NAME));
  log.info({ url: server.url }, 'listening');
  return {
    log,
    unfinished: () => server.unfinished(),
    close: () => closeInOrder([api, server, { close: () => closeBackends(backends) }, telemetry]),
  };
});

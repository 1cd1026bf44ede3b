import {
  backendConfig,
  closeBackends,
  closeInOrder,
  createLogger,
  internalConfig,
  internalSecret,
  listen,
  openBackends,
  passwordConfig,
  passwordSecrets,
  publicPort,
  readConfig,
  runService,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { z } from 'zod';
import { gatewayConfig } from './config.ts';
import { forwardTo } from './forward.ts';
import { createUploadGateway } from './gateway.ts';
import { backlogFrom } from './providers/backlog.ts';

const SERVICE = 'upload-gateway';

await runService(async () => {
  const config = readConfig(
    {
      ...serverConfig,
      ...backendConfig,
      ...internalConfig,
      ...gatewayConfig,
      ...passwordConfig,
      QUERY_API_URL: z.url({ protocol: /^https?$/ }),
    },
    process.env,
  );
  const port = publicPort(config);
  const secret = internalSecret(config);
  const log = createLogger(SERVICE, config.LOG_LEVEL);
  const telemetry = await startTelemetry(SERVICE, process.env);
  const rights = ['read', 'append', 'truncate'] as const;
  const backends = await openBackends(config, log, ['eventStore', 'bus', 'objects'], rights);
  const gateway = await createUploadGateway({
    ...backends,
    reads: forwardTo(config.QUERY_API_URL, { log, secret }),
    backlog: backlogFrom(config.QUERY_API_URL, secret),
    log,
    config,
    secrets: passwordSecrets(config),
    trustProxy: config.TRUST_PROXY,
    providersElsewhere: config.INKSTREAM_MODE === 'distributed',
  });
  const server = await listen(gateway.app, port);
  log.info({ url: server.url }, 'listening');
  return {
    log,
    unfinished: () => server.unfinished(),
    close: () => closeInOrder([server, gateway, { close: () => closeBackends(backends) }, telemetry]),
  };
});

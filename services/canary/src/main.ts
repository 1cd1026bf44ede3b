import {
  closeInOrder,
  createLogger,
  inSpan,
  internalPort,
  readConfig,
  runService,
  serveOperations,
  serverConfig,
  startTelemetry,
} from '@inkstream/service-kit';
import { Api } from './api.ts';
import { startCanary } from './canary.ts';
import { canaryConfig } from './config.ts';
import { runOnce } from './run.ts';

const NAME = 'canary';
/** `--once` runs once, says how it went, and ends with 0 if it passed. */
const once = process.argv.includes('--once');

await runService(async () => {
  // Beside all-in-one on a machine, it would else want the same port.
  const config = readConfig(
    { ...serverConfig, PORT: serverConfig.PORT.default(0), ...canaryConfig },
    process.env,
  );
  const log = createLogger(NAME, config.LOG_LEVEL);
  // Nobody scrapes what runs once, and the port is that of the service whose variables it may have.
  const port = once ? { OTEL_EXPORTER_PROMETHEUS_PORT: '0' } : {};
  const telemetry = await startTelemetry(NAME, { ...process.env, ...port });
  const api = new Api({
    url: config.CANARY_URL.replace(/\/$/, ''),
    headers: config.CANARY_KEY_HEADER ?? {},
  });
  const run = (signal: AbortSignal) =>
    inSpan('canary', {}, () =>
      runOnce({
        api,
        provider: config.CANARY_PROVIDER,
        timeoutMs: config.CANARY_TIMEOUT,
        now: () => new Date(),
        random: Math.random,
        signal,
      }),
    );
  if (once) {
    const { outcome, reason, durationMs } = await run(new AbortController().signal);
    console.log(
      `${outcome} after ${(durationMs / 1_000).toFixed(1)} s${reason === undefined ? '' : `: ${reason}`}`,
    );
    await telemetry.close();
    process.exit(outcome === 'passed' ? 0 : 1);
  }
  const canary = startCanary({ run, intervalMs: config.CANARY_INTERVAL, log, now: () => new Date() });
  const server = await serveOperations(
    { log, dependencies: { api: (signal) => api.ping(signal) }, details: () => ({ lastRun: canary.last() }) },
    internalPort(config, NAME),
  );
  log.info({ url: server.url, asks: config.CANARY_URL, every: config.CANARY_INTERVAL }, 'The canary runs');
  return { log, close: () => closeInOrder([canary, server, telemetry]) };
});

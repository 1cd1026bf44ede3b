import { z } from 'zod';
import { readConfig, serverConfig, wholeNumber } from '../config.ts';
import { createLogger } from '../log.ts';
import type { Running } from '../run-service.ts';

/** Named as Pyroscope's own clients name them. */
export const profilingConfig = {
  PYROSCOPE_SERVER_ADDRESS: z.url({ protocol: /^https?$/ }).optional(),
  PYROSCOPE_AUTH_TOKEN: z.string().optional(),
  PYROSCOPE_FLUSH_INTERVAL_MS: wholeNumber(100, 3_600_000).default(15_000),
  LOG_LEVEL: serverConfig.LOG_LEVEL,
};

/**
 * Takes profiles of this thread, all along, and sends them to `PYROSCOPE_SERVER_ADDRESS`: where its time goes, and what
 * holds its heap. Loads nothing without it. A server that is away costs its profiles, and a warning.
 *
 * @param own the attributes of the process's telemetry, which those of `OTEL_RESOURCE_ATTRIBUTES` replace.
 * @throws ConfigError naming the variable that is wrong.
 */
export async function startProfiling(
  own: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Running | undefined> {
  const config = readConfig(profilingConfig, env);
  if (config.PYROSCOPE_SERVER_ADDRESS === undefined) return undefined;
  const { resources } = await import('@opentelemetry/sdk-node');
  const { Profiler } = await import('./profiler.ts');
  const { PyroscopeClient } = await import('./pyroscope.ts');
  const labels = { ...own, ...resources.envDetector.detect().attributes };
  const client = new PyroscopeClient({
    address: config.PYROSCOPE_SERVER_ADDRESS,
    token: config.PYROSCOPE_AUTH_TOKEN,
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)])),
  });
  const log = createLogger(String(labels['service.name']), config.LOG_LEVEL);
  return new Profiler(client, log, config.PYROSCOPE_FLUSH_INTERVAL_MS);
}

import { canaryConfig } from '@inkstream/canary';
import {
  type BackendConfig,
  backendConfig,
  CORRECT_IT,
  ConfigError,
  type Finding,
  fault,
  internalConfig,
  internalSecret,
  metricsAddress,
  ok,
  profilingConfig,
  publicPort,
  readConfig,
  type ServerConfig,
  sentencesOf,
  serverConfig,
  setUpConfig,
  similarVariables,
  telemetryConfig,
  warning,
} from '@inkstream/service-kit';
import { z } from 'zod';
import { inkstreamConfig } from '../inkstream.ts';
import { providersConfig } from '../providers.ts';

const SUBJECT = 'Configuration';

/** What every other check needs. */
const needed = { ...serverConfig, ...backendConfig, INKSTREAM_MODE: inkstreamConfig.INKSTREAM_MODE };
const everything = {
  ...inkstreamConfig,
  ...internalConfig,
  ...canaryConfig,
  ...telemetryConfig,
  ...profilingConfig,
  QUERY_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  ...providersConfig,
};
/** Which `inkstream setup` reads, beside them. */
const OF_SET_UP = Object.keys(setUpConfig);
/** Each means that the backends are servers. */
const OF_SERVERS = ['EVENTSTORE_URL', 'KAFKA_BROKERS', 'MONGODB_URL', 'MINIO_URL'] as const;

export interface Configuration {
  /** Null if it is so wrong that nothing else can be looked at. */
  readonly config: (ServerConfig & BackendConfig) | null;
  readonly queryApiUrl: string | undefined;
  /** Where metrics are served; null if they are not, or the variables are wrong. */
  readonly metricsAt: { readonly host: string; readonly port: number } | null;
  readonly findings: readonly Finding[];
}

/** A fault for each variable that a ConfigError names; other errors are thrown on. */
function faultsOf(error: unknown): Finding[] {
  if (!(error instanceof ConfigError)) throw error;
  return sentencesOf(error).map((says) => ({ subject: SUBJECT, ...fault(says, CORRECT_IT) }));
}

/** Reads the environment as the services do, and goes on with the part of it that is valid. */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const findings: Finding[] = [];
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      const known = new Set(findings.map(({ says }) => says));
      findings.push(...faultsOf(error).filter(({ says }) => !known.has(says)));
      return null;
    }
  };
  const all = attempt(() => readConfig(everything, env));
  const config = all ?? attempt(() => readConfig(needed, env));
  if (!config) return { config: null, queryApiUrl: undefined, metricsAt: null, findings };
  attempt(() => publicPort(config));
  if (all) attempt(() => internalSecret(all));
  const idle = OF_SERVERS.filter((name) => config[name] !== undefined);
  if (config.INKSTREAM_MODE === 'embedded' && idle.length > 0)
    findings.push({
      subject: SUBJECT,
      ...warning(
        `${idle.join(', ')} ${idle.length === 1 ? 'is' : 'are'} not used, since INKSTREAM_MODE is embedded`,
        'set INKSTREAM_MODE=distributed to use servers, or take the variables away',
      ),
    });
  for (const { name, nearest } of similarVariables(env, [...Object.keys(everything), ...OF_SET_UP]))
    findings.push({
      subject: SUBJECT,
      ...warning(`${name} is read by nothing; is ${nearest} meant?`, 'correct its name, or take it away'),
    });
  if (findings.length === 0)
    findings.push({ subject: SUBJECT, ...ok(`is valid, and says ${config.INKSTREAM_MODE}`) });
  return { config, queryApiUrl: all?.QUERY_API_URL, metricsAt: all && metricsAddress(all), findings };
}

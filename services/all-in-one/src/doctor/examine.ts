import { topicsWith } from '@inkstream/contracts';
import {
  backendChecks,
  type Check,
  ConfigError,
  diagnose,
  type Finding,
  machineCheck,
  metricsPortCheck,
  ok,
  portCheck,
  temporaryFolderCheck,
} from '@inkstream/service-kit';
import { configuredProviders } from '../providers.ts';
import { readConfiguration } from './configuration.ts';
import { decoderCheck, providerCheck } from './engines.ts';

/** Where the gateway forwards reads to. */
const queryApiCheck = (url: string): Check => ({
  subject: 'query-api (QUERY_API_URL)',
  todo: 'start query-api, or correct the address',
  async look(signal) {
    const { status } = await fetch(new URL('/health', url), { signal });
    if (status !== 200) throw new Error(`answers ${status} to /health`);
    return [ok('answers')];
  },
});

/** What this environment makes of the providers; a variable that is wrong is found by the configuration's check. */
async function providersOf(env: NodeJS.ProcessEnv) {
  try {
    return await configuredProviders(env);
  } catch (error) {
    if (error instanceof ConfigError) return { definitions: [], idle: [] };
    throw error;
  }
}

/** Looks at everything that Inkstream needs in this environment, and changes nothing of it. */
export async function examine(env: NodeJS.ProcessEnv, now: () => Date): Promise<readonly Finding[]> {
  const { config, queryApiUrl, metricsAt, findings } = readConfiguration(env);
  if (config === null) return findings;
  const { definitions, idle } = await providersOf(env);
  const topics = topicsWith(definitions.map(({ name }) => name));
  const found = await diagnose([
    machineCheck,
    temporaryFolderCheck(),
    portCheck(config.HOST, config.PORT),
    ...(metricsAt === null ? [] : [metricsPortCheck(metricsAt.host, metricsAt.port)]),
    ...backendChecks(config, topics, now),
    ...(queryApiUrl === undefined ? [] : [queryApiCheck(queryApiUrl)]),
    decoderCheck(now),
    ...definitions.map((definition) => providerCheck(definition, now)),
  ]);
  const resting = idle.map((what): Finding => ({ subject: 'Provider', ...ok(`not configured: ${what}`) }));
  return [...findings, ...found, ...resting];
}

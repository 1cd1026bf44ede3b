import type { ProviderDefinition, ProviderPlugin } from '@inkstream/provider-kit';
import type { Logger } from '@inkstream/service-kit';
import * as folders from './providers.generated.ts';

const plugins: readonly ProviderPlugin[] = Object.values(folders);

/** The variables of all providers that can run in this process: each reads its own, here they are checked together. */
export const providersConfig: Record<never, never> = Object.assign(
  {},
  ...plugins.map(({ config }) => config),
);

/**
 * The providers that are configured, to run in this process; of every other the log says what it wants. More may
 * announce themselves over the bus.
 *
 * @throws ConfigError naming each variable that is not valid.
 */
export async function configuredProviders(
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<readonly ProviderDefinition[]> {
  const configured = await Promise.all(
    plugins.map(async ({ name, configure }) => ({ name, definition: await configure(env) })),
  );
  return configured.flatMap(({ name, definition }) => {
    if (!('wants' in definition)) return [definition];
    log.info({ provider: name }, `the provider ${name} does not run until ${definition.wants} is set`);
    return [];
  });
}

import type { ProviderDefinition, ProviderPlugin } from '@inkstream/provider-kit';
import * as folders from './providers.generated.ts';

const plugins: readonly ProviderPlugin[] = Object.values(folders);

/** The variables of all providers that can run in this process: each reads its own, here they are checked together. */
export const providersConfig: Record<never, never> = Object.assign(
  {},
  ...plugins.map(({ config }) => config),
);

interface ConfiguredProviders {
  /** Those that run in this process. More may announce themselves over the bus. */
  readonly definitions: readonly ProviderDefinition[];
  /** Every other, with the variable that it wants: `acme (ACME_API_KEY)`. */
  readonly idle: readonly string[];
}

/**
 * What this environment makes of all providers.
 *
 * @throws ConfigError naming each variable that is not valid.
 */
export async function configuredProviders(env: NodeJS.ProcessEnv): Promise<ConfiguredProviders> {
  const all = await Promise.all(
    plugins.map(async ({ name, configure }) => ({ name, configured: await configure(env) })),
  );
  return {
    definitions: all.flatMap(({ configured }) => ('wants' in configured ? [] : [configured])),
    idle: all.flatMap(({ name, configured }) =>
      'wants' in configured ? [`${name} (${configured.wants})`] : [],
    ),
  };
}

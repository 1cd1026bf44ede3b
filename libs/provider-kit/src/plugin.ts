import { createHash } from 'node:crypto';
import { readConfig } from '@inkstream/service-kit';
import type { z } from 'zod';
import type { ProviderDefinition } from './provider.ts';

/** Why a provider does not run, in words that name the variable to set, such as `OPENAI_API_KEY`. */
export interface NotConfigured {
  readonly wants: string;
}

/** A provider as its folder exports it. */
export interface ProviderPlugin {
  readonly name: string;
  /** The variables that it reads. */
  readonly config: z.ZodRawShape;
  /**
   * The provider, or what it wants before it can run.
   *
   * @throws ConfigError naming each variable that is not valid.
   */
  configure(env: NodeJS.ProcessEnv): Promise<ProviderDefinition | NotConfigured>;
  /**
   * The provider as it would be, whether or not it can run: its types and limits are wanted for documentation too.
   *
   * @throws ConfigError naming each variable that is not valid.
   */
  describe(env: NodeJS.ProcessEnv): Promise<ProviderDefinition>;
}

interface PluginParts<Shape extends z.ZodRawShape> {
  readonly name: string;
  readonly config: Shape;
  /** What is missing before it can run, by the name of its variable; null if nothing is. */
  readonly wants?: (config: z.output<z.ZodObject<Shape>>) => string | null | Promise<string | null>;
  /**
   * It imports what is large, such as the vendor's SDK, itself: all-in-one has every provider's plugin, and few of them
   * are configured.
   */
  readonly define: (config: z.output<z.ZodObject<Shape>>) => ProviderDefinition | Promise<ProviderDefinition>;
}

/** Variables that change how a provider reads, not what: reuse of results looks at the others. */
const HOW =
  /(KEY|KEY_ID|SECRET|TOKEN|PASSWORD|PRICES|CONCURRENCY|THREADS|MEMORY_MB|POLL_MS|PER_MINUTE|IN_FLIGHT|ATTEMPTS|COST_USD|BUDGET_USD)$/;

/** A hash of what the variables say that may decide on a result. */
const settingsOf = (values: Readonly<Record<string, unknown>>): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        Object.entries(values)
          .filter(([name]) => !HOW.test(name))
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
    )
    .digest('hex');

/** Makes a folder's export of a provider: what it reads from the environment, and what it then is. */
export const definePlugin = <Shape extends z.ZodRawShape>({
  name,
  config,
  wants = () => null,
  define,
}: PluginParts<Shape>): ProviderPlugin => ({
  name,
  config,
  async configure(env) {
    const values = readConfig(config, env);
    const missing = await wants(values);
    return missing === null
      ? { ...(await define(values)), settings: settingsOf(values) }
      : { wants: missing };
  },
  describe: async (env) => define(readConfig(config, env)),
});

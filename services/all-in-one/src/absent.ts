import type { ProviderDefinition } from '@inkstream/provider-kit';
import type { GatewayConfig } from '@inkstream/upload-gateway';

/**
 * What an operator is to know of providers that `auto` asks and that are not of this process: whoever hands over to one
 * that runs nowhere waits for it. Undefined if there are none.
 */
export function warningOfAbsent(
  { AUTO_PROVIDERS = [] }: Pick<GatewayConfig, 'AUTO_PROVIDERS'>,
  definitions: readonly Pick<ProviderDefinition, 'name'>[],
): string | undefined {
  const here = new Set(definitions.map(({ name }) => name));
  const absent = AUTO_PROVIDERS.filter((name) => !here.has(name));
  if (absent.length === 0) return undefined;
  return `AUTO_PROVIDERS names what does not run in this process: ${absent.join(', ')}; what is handed over waits until it runs, EXECUTION_DEADLINE at most`;
}

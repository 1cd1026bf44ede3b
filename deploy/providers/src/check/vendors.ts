import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProviderPlugin, Vendor } from '@inkstream/provider-kit';

export interface Vendors {
  /** By name. */
  readonly configured: readonly Vendor[];
  /** What the others want, such as `openai (OPENAI_API_KEY)`. */
  readonly missing: readonly string[];
}

/**
 * The providers of the folders in `services` that call a vendor; those that compute themselves are left out.
 *
 * @throws ConfigError naming each variable that is not valid.
 */
export async function vendorsOf(root: string, env: NodeJS.ProcessEnv): Promise<Vendors> {
  const paths = readdirSync(join(root, 'services'))
    .filter((name) => name.startsWith('ocr-'))
    .map((name) => join(root, 'services', name, 'src/provider.ts'))
    .filter((path) => existsSync(path));
  const configured: Vendor[] = [];
  const missing: string[] = [];
  for (const path of paths) {
    const { provider }: { provider: ProviderPlugin } = await import(pathToFileURL(path).href);
    const definition = await provider.configure(env);
    if ('wants' in definition) {
      missing.push(`${provider.name} (${definition.wants})`);
      continue;
    }
    const { engine } = definition;
    if (!('module' in engine)) configured.push({ ...definition, engine });
  }
  return { configured: configured.toSorted((a, b) => (a.name < b.name ? -1 : 1)), missing };
}

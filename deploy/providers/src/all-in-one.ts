import type { ProviderFolder } from './folders.ts';

/** `tab-scanner` as a name in TypeScript: `tabScanner`. */
const camelCase = (name: string): string =>
  name
    .split('-')
    .map((part, index) => (index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');

/** The module whose exports are the plugins that all-in-one composes. */
export const pluginModule = (folders: readonly ProviderFolder[]): string =>
  [
    '// Made by `npm run generate:providers` from the folders services/ocr-*.',
    ...folders.map(({ name, package: from }) => `export { provider as ${camelCase(name)} } from '${from}';`),
    '',
  ].join('\n');

/** The package.json of all-in-one, which depends on each of them and on no other. */
export function withDependencies(manifest: string, folders: readonly ProviderFolder[]): string {
  const { dependencies, ...rest } = JSON.parse(manifest);
  const others = Object.keys(dependencies).filter((name) => !name.startsWith('@inkstream/ocr-'));
  const all = [...others, ...folders.map(({ package: name }) => name)].toSorted();
  const versions = Object.fromEntries(all.map((name) => [name, dependencies[name] ?? '*']));
  return `${JSON.stringify({ ...rest, dependencies: versions }, null, 2)}\n`;
}

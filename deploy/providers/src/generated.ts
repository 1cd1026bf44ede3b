import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pluginModule, withDependencies } from './all-in-one.ts';
import { composeServices, securedServices } from './compose.ts';
import { type ProviderFolder, providerFolders } from './folders.ts';
import { providerComponents } from './kubernetes.ts';
import { replaceSection } from './section.ts';
import { providerTable, variableTable } from './tables.ts';

export interface GeneratedFile {
  /** From the root. */
  readonly path: string;
  /** Null: there should be none, since its folder is gone. */
  readonly text: string | null;
  readonly stale: boolean;
}

/** Every file that follows from the folders, as it should be; `root` has them as they are. */
export function generatedFiles(root: string, folders: readonly ProviderFolder[]): readonly GeneratedFile[] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const section = (name: string, content: string) => (text: string) => replaceSection(text, name, content);
  const makers: Readonly<Record<string, readonly ((text: string) => string)[]>> = {
    'services/all-in-one/src/providers.generated.ts': [() => pluginModule(folders)],
    'services/all-in-one/package.json': [(text) => withDependencies(text, folders)],
    'docker-compose.yml': [section('providers', composeServices(folders, version))],
    'docker-compose.secure.yml': [section('providers', securedServices(folders))],
    'docs/providers.md': [
      section('providers', providerTable(folders)),
      section('variables', variableTable(folders)),
    ],
    ...Object.fromEntries(
      Object.entries(providerComponents(folders)).map(([path, text]) => [path, [() => text]]),
    ),
  };
  const orphans = componentsIn(root).filter((path) => !(path in makers));
  const files = Object.entries(makers).map(([path, steps]) => {
    const current = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
    const text = steps.reduce((before, step) => step(before), current);
    return { path, text, stale: text !== current };
  });
  return [...files, ...orphans.map((path) => ({ path, text: null, stale: true }))];
}

/** The files of components that were made earlier. */
const componentsIn = (root: string): string[] => globSync('k8s/components/providers/*/*.yaml', { cwd: root });

const staleFiles = async (root: string) =>
  generatedFiles(root, await providerFolders(root)).filter(({ stale }) => stale);

/** Writes what is stale, and returns the paths of it. */
export async function generate(root: string): Promise<readonly string[]> {
  const files = await staleFiles(root);
  for (const { path, text } of files) {
    const at = join(root, path);
    mkdirSync(dirname(at), { recursive: true });
    if (text === null) rmSync(at);
    else writeFileSync(at, text);
  }
  return files.map(({ path }) => path);
}

/** @throws Error naming what is stale. */
export async function checkGenerated(root: string): Promise<void> {
  const paths = (await staleFiles(root)).map(({ path }) => path);
  if (paths.length > 0)
    throw new Error(`Stale: ${paths.join(', ')}. \`npm run generate:providers\` writes them anew.`);
}

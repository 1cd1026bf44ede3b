import type { Workspace } from '../workspaces.ts';
import type { Reached } from './reached.ts';

type Versions = Readonly<Record<string, string>>;

/** The versions of all packages that ours are tested with, each in one; our own are in that of the root. */
export function versionsOf(workspaces: readonly Workspace[], root: Versions, version: string): Versions {
  const all = workspaces.flatMap(({ devDependencies, dependencies }) => [
    ...Object.entries(devDependencies),
    ...Object.entries(dependencies),
  ]);
  const others = all.filter(([name]) => !name.startsWith('@inkstream/'));
  const ours = workspaces.map(({ name }) => [name, version] as const);
  return Object.fromEntries([...Object.entries(root), ...others, ...ours]);
}

/** `@scope/name` of `@scope/name/file`, and so on. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The packages that a specifier may mean: all of a scope, if the name is put together (`@fontsource/${name}`). */
function meant(specifier: string, versions: Versions): string[] {
  const [start = '', ...rest] = specifier.split('${');
  if (rest.length === 0) return [packageOf(specifier)];
  return Object.keys(versions).filter((name) => name.startsWith(start));
}

/**
 * What is to be installed with a package, in the versions given; with it the types of packages that bring none
 * themselves, if its declarations name those. Types and peers, which the importer has too, in any compatible version.
 *
 * @throws Error naming an import of which no version is known.
 */
export function dependenciesOf(
  { code, declarations }: Reached,
  versions: Versions,
  peers: readonly string[],
) {
  const types = [...declarations].map((name) => `@types/${packageOf(name)}`);
  const imported = [...code, ...declarations].flatMap((specifier) => meant(specifier, versions));
  const needed = new Set([...types.filter((name) => name in versions), ...imported]);
  needed.delete('node');
  const dependencies: Record<string, string> = {};
  const peerDependencies: Record<string, string> = {};
  for (const name of [...needed].toSorted()) {
    const version = versions[name];
    if (version === undefined) throw new Error(`${name} is imported, and no package of ours depends on it`);
    if (name.startsWith('@types/')) dependencies[name] = `^${version}`;
    else if (!peers.includes(name)) dependencies[name] = version;
    else peerDependencies[name] = name.startsWith('@inkstream/') ? version : `^${version}`;
  }
  return { dependencies, peerDependencies };
}

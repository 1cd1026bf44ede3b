import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindImports } from '../compile.ts';
import { modules, workspaces } from '../workspaces.ts';
import { dependenciesOf, versionsOf } from './dependencies.ts';
import type { KitExport, KitPackage } from './packages.ts';
import { declarationOf, keepReached } from './reached.ts';

/** Where what is in a library's folder is in the package: each has its folder in `dist`. */
const inDist = (path: string) => path.replace(/^libs\//, 'dist/');
const built = (source: string) => inDist(source).replace(/\.ts$/, '.js');

export interface Sources {
  /** The repository. */
  readonly root: string;
  /** What `compile` made of the sources of all packages. */
  readonly compiled: string;
  /** Specifiers of libraries that other packages export, and what they are called there. */
  readonly published: ReadonlyMap<string, string>;
}

/**
 * Makes a package as it is published in an empty folder: JavaScript, declarations, and a manifest of its own.
 *
 * @throws Error naming an import that leads nowhere.
 */
export function buildPackage(
  { name, description, runs = [], assets = [], peers, optional = [] }: KitPackage,
  exports: readonly KitExport[],
  { root, compiled, published }: Sources,
  out: string,
): void {
  const all = workspaces(root);
  const folder = all.find((workspace) => workspace.name === name)?.folder ?? '';
  const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { version, license, devDependencies } = ours;
  cpSync(compiled, out, { recursive: true });
  bindImports(out, modules(all), published);
  renameSync(join(out, 'libs'), join(out, 'dist'));
  const reached = keepReached(out, [...exports.map(({ source }) => source), ...runs].map(built));
  for (const asset of assets) cpSync(join(root, asset), join(out, inDist(asset)), { recursive: true });
  cpSync(join(root, folder, 'README.md'), join(out, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
  const exported = exports.map(({ key, source }) => {
    const file = `./${built(source)}`;
    return [key, { types: declarationOf(file), default: file }];
  });
  const manifest = {
    ...{ name, version, description, license, type: 'module' },
    engines: { node: `>=${devDependencies.node.split('.')[0]}` },
    files: ['dist'],
    exports: Object.fromEntries(exported),
    ...dependenciesOf(reached, versionsOf(all, devDependencies, version), peers),
    peerDependenciesMeta: Object.fromEntries(optional.map((peer) => [peer, { optional: true }])),
  };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

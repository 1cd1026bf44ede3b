/**
 * Makes the packages that a provider outside of this repository is built with: JavaScript and declarations, since Node
 * strips no types under `node_modules`. Prints the paths of the tarballs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments, runCommand } from '../../../command/src/command.ts';
import { compile } from '../compile.ts';
import { packFolder } from '../pack-folder.ts';
import { modules, workspaces } from '../workspaces.ts';
import { buildPackage } from './build.ts';
import { exportsOf, KIT } from './packages.ts';

const usage = 'npm run pack:kit [-- --out DIR]';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, { out: { type: 'string', default: 'dist' } });
  if (positionals.length > 0) throw new Error(usage);
  const parent = mkdtempSync(join(tmpdir(), 'inkstream-kit-'));
  try {
    const compiled = join(parent, 'compiled');
    const all = workspaces(ROOT);
    const exports = new Map(KIT.map((one) => [one, exportsOf(one, all, modules(all))]));
    const sources = [...exports.values()].flat().map(({ source }) => source);
    const runs = KIT.flatMap((one) => one.runs ?? []);
    await compile(ROOT, [...new Set([...sources, ...runs])], modules(all), compiled);
    const published = new Map<string, string>();
    for (const [one, exported] of exports) {
      const folder = join(parent, one.name);
      buildPackage(one, exported, { root: ROOT, compiled, published }, folder);
      console.log(await packFolder(folder, resolve(values.out)));
      for (const { key, specifier } of exported) published.set(specifier, join(one.name, key));
    }
  } finally {
    rmSync(parent, { recursive: true });
  }
});

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
import { KIT } from './packages.ts';

const usage = 'npm run pack:kit [-- --out DIR]';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, { out: { type: 'string', default: 'dist' } });
  if (positionals.length > 0) throw new Error(usage);
  const parent = mkdtempSync(join(tmpdir(), 'inkstream-kit-'));
  try {
    const compiled = join(parent, 'compiled');
    const entries = KIT.flatMap(({ exports, runs = [] }) => [...Object.values(exports), ...runs]);
    await compile(ROOT, [...new Set(entries)], modules(workspaces(ROOT)), compiled);
    const published = new Map<string, string>();
    for (const one of KIT) {
      const folder = join(parent, one.folder);
      buildPackage(one, { root: ROOT, compiled, published }, folder);
      console.log(await packFolder(folder, resolve(values.out)));
      for (const [ours, theirs] of Object.entries(one.publishes)) published.set(ours, theirs);
    }
  } finally {
    rmSync(parent, { recursive: true });
  }
});

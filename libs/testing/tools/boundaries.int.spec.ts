import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const KIT = '../../service-kit/src/index.ts';

type Files = Readonly<Record<string, string>>;

/** What a tool of npm says of these files, in a folder of their own. */
async function run(tool: string, args: readonly string[], files: Files): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'boundaries-'));
  try {
    for (const [name, code] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), code);
    }
    return await promisify(execFile)(join(ROOT, 'node_modules/.bin', tool), args, { cwd: root }).then(
      ({ stdout, stderr }) => stdout + stderr,
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
  } finally {
    await rm(root, { recursive: true });
  }
}

const inDomain = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, code]) => [`libs/domain/src/${name}.ts`, code]));

const statements: Files = {
  value: `import { log } from '${KIT}';\nlog();`,
  type: `import type { Log } from '${KIT}';\nexport type A = Log;`,
  'inline-type': `import { type Log } from '${KIT}';\nexport type A = Log;`,
  export: `export { log } from '${KIT}';`,
  'export-type': `export type { Log } from '${KIT}';`,
  'export-all-types': `export type * from '${KIT}';`,
  dynamic: `export class A {\n  later = async () => [(await import('${KIT}')).log];\n}`,
};

/** Within a type, an import is one that dependency-cruiser does not see. */
const types: Files = {
  alias: `export type A = import('${KIT}').Log;`,
  union: `export const a: import('${KIT}').Log | null = null;`,
  module: `export type A = typeof import('${KIT}');`,
};

test('the check finds each kind of forbidden import, of types too', async () => {
  const said = await run('depcruise', ['--config', join(ROOT, '.dependency-cruiser.mjs'), 'libs'], {
    ...inDomain(statements),
    'libs/domain/src/innocent.ts': "export type { A } from './type.ts';",
    'libs/service-kit/src/index.ts': 'export type Log = () => void;\nexport const log: Log = () => {};',
  });
  const found = said.matchAll(/domain-is-pure: libs\/domain\/src\/([\w-]+)\.ts/g);
  expect([...found].map(([, name]) => name).toSorted()).toEqual(Object.keys(statements).toSorted());
  expect(said).not.toContain('missing-');
});

test('the linter forbids imports within types, which the check does not see', async () => {
  const args = ['lint', `--config-path=${ROOT}`, '--reporter=github', '--vcs-enabled=false', 'libs'];
  const said = await run('biome', args, { ...inDomain(types), ...inDomain(statements) });
  const found = said.matchAll(/file=\S*libs\/domain\/src\/([\w-]+)\.ts.*Import the type by a statement/g);
  expect([...found].map(([, name]) => name).toSorted()).toEqual(Object.keys(types).toSorted());
});

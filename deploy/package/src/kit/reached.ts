import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';

/** How a line that the compiler writes names another module: as a statement, or where it is called for. */
const IMPORTED = [
  /^(?:import|export) [^'"]*from ['"]([^'"]+)['"]/g,
  /^import ['"]([^'"]+)['"]/g,
  /import\(['"]([^'"]+)['"]\)/g,
  /(?:meta|require)\.resolve\(['"`]([^'"`]+)['"`]\)/g,
  /meta\.url\)\('([^']+)'\)/g,
];

/** What a folder of JavaScript and declarations needs of other packages. */
export interface Reached {
  /** What code imports, as it is written there: `zod`, `@fontsource/${name}/files/…`; `node` for all of Node's. */
  readonly code: ReadonlySet<string>;
  /** What declarations import. */
  readonly declarations: ReadonlySet<string>;
}

/**
 * Removes what no entry leads to: code by the imports of code, declarations by those of declarations.
 *
 * @param entries JavaScript files, from the folder, with declarations beside them.
 * @throws Error naming a file that is imported and is not there.
 */
export function keepReached(folder: string, entries: readonly string[]): Reached {
  const code = reach(folder, entries);
  const declarations = reach(folder, entries.map(declarationOf), declarationOf);
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    if (/\.(js|d\.ts)$/.test(file) && !code.files.has(file) && !declarations.files.has(file))
      rmSync(join(folder, file));
  return { code: code.packages, declarations: declarations.packages };
}

/** The declarations of a JavaScript file. */
export const declarationOf = (file: string): string => file.replace(/\.js$/, '.d.ts');

function reach(folder: string, entries: readonly string[], fileOf = (file: string) => file) {
  const files = new Set(entries);
  const packages = new Set<string>();
  for (const file of files) {
    if (!existsSync(join(folder, file))) throw new Error(`${file} is imported, and is not there`);
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    const found = lines.flatMap((line) => IMPORTED.flatMap((pattern) => [...line.matchAll(pattern)]));
    for (const [, name = ''] of found) {
      if (name.startsWith('.')) files.add(fileOf(posix.normalize(posix.join(dirname(file), name))));
      else packages.add(isBuiltin(name) ? 'node' : name);
    }
  }
  return { files, packages };
}

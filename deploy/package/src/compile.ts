import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';

const OURS = /(['"])(@inkstream\/[^'"\n]+)\1/g;
/** In imports of declarations, and in the URLs of threads and processes. */
const TYPESCRIPT = /(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g;

/**
 * Compiles the entries and all of ours that they import to ES modules and declarations in `out`, in the folders that
 * their sources have in `root`, so that what they find beside them is found there too. `bindImports` is to follow.
 *
 * @throws Error with what the compiler says.
 */
export async function compile(
  root: string,
  entries: readonly string[],
  modules: ReadonlyMap<string, string>,
  out: string,
): Promise<void> {
  const config = `${out}.tsconfig.json`;
  const paths = Object.fromEntries([...modules].map(([name, file]) => [name, [join(root, file)]]));
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    typeRoots: [join(root, 'node_modules/@types')],
    outDir: out,
    paths,
  };
  const files = entries.map((entry) => join(root, entry));
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions, files }),
  );
  try {
    await promisify(execFile)(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      config,
    ]);
  } catch (error) {
    throw new Error(`The compiler refuses:\n${(error as { stdout?: string }).stdout}`, { cause: error });
  } finally {
    rmSync(config);
  }
}

/**
 * Makes imports of our packages relative in what was compiled. What is published by itself is imported by its name there.
 */
export function bindImports(
  out: string,
  modules: ReadonlyMap<string, string>,
  published: ReadonlyMap<string, string> = new Map(),
): void {
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' }))
    if (/\.(js|d\.ts)$/.test(file)) bind(out, file, modules, published);
}

/** Names the files that are there now in one that was compiled. */
function bind(
  out: string,
  file: string,
  modules: ReadonlyMap<string, string>,
  published: ReadonlyMap<string, string>,
): void {
  const text = readFileSync(join(out, file), 'utf8');
  const bound = text
    .replaceAll(OURS, (all, quote: string, name: string) => {
      const elsewhere = published.get(name);
      if (elsewhere !== undefined) return `${quote}${elsewhere}${quote}`;
      const target = modules.get(name);
      if (target === undefined) return all;
      const path = posix.normalize(relative(dirname(file), target).replaceAll('\\', '/'));
      return `${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
    })
    .replaceAll(TYPESCRIPT, '$1$2.js$1');
  if (bound !== text) writeFileSync(join(out, file), bound);
}

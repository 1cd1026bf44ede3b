import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pattern } from './find-patterns.ts';

/**
 * The patterns that files build while their packages are imported: tables of patterns are made then, once. Packages are
 * imported by their `src/index.ts`, so that a helper's patterns are those that its users ask it for.
 */
export async function builtPatterns(root: string, builders: readonly string[]): Promise<Pattern[]> {
  const built: Pattern[] = [];
  const record = ({ source, flags }: RegExp): RegExp => {
    const stack = new Error().stack ?? '';
    const file = builders.find((builder) => stack.includes(pathToFileURL(join(root, builder)).href));
    if (file !== undefined) built.push({ file, source, flags });
    return new original(source, flags);
  };
  const original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(original, {
    apply: (target, _this, args: [string, string?]) => record(target(...args)),
    construct: (target, args: [string, string?]) => record(new target(...args)),
  });
  try {
    for (const entry of new Set(builders.map((builder) => entryOf(root, builder))))
      await import(pathToFileURL(entry).href);
  } finally {
    globalThis.RegExp = original;
  }
  return built;
}

function entryOf(root: string, file: string): string {
  const [kind = '', name = ''] = file.split('/');
  const index = join(root, kind, name, 'src/index.ts');
  return existsSync(index) ? index : join(root, file);
}

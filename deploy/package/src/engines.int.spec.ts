import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { workspaces } from './workspaces.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The oldest Node that the launcher starts on. */
const OLDEST = '20.19.0';

interface Locked {
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}
const locked: Readonly<Record<string, Locked>> = JSON.parse(
  readFileSync(`${ROOT}package-lock.json`, 'utf8'),
).packages;

/** Where Node finds a package that is imported by another one, as the lock has it: beside it, or further up. */
function locate(from: string, name: string): string | undefined {
  const path = join(from, 'node_modules', name);
  if (locked[path]) return path;
  return from === ''
    ? undefined
    : locate(from.slice(0, Math.max(from.lastIndexOf('/node_modules/'), 0)), name);
}

/** What is installed with the package: all that the libraries and services depend on, and what that depends on. */
function installed(): Set<string> {
  const all = new Set<string>();
  const add = (from: string, dependencies: Readonly<Record<string, string>> = {}) => {
    for (const name of Object.keys(dependencies)) {
      const path = name.startsWith('@inkstream/') ? undefined : locate(from, name);
      if (path === undefined || all.has(path)) continue;
      all.add(path);
      add(path, locked[path]?.dependencies);
    }
  };
  for (const { name, folder, dependencies } of workspaces(ROOT))
    if (name !== '@inkstream/testing') add(folder, dependencies);
  return all;
}

describe('what the package depends on', () => {
  it('is installed without a warning on the oldest Node that it starts on', () => {
    const paths = [...installed()];
    expect(paths.length).toBeGreaterThan(100);
    const newer = paths.filter((path) => !satisfies(OLDEST, locked[path]?.engines?.node ?? '*'));
    expect(newer).toEqual([]);
  });
});

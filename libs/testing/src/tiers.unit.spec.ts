import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDERS = '{libs,services,deploy,bench,e2e}/**';
const specs = globSync(`${FOLDERS}/*.spec.ts`, { cwd: ROOT, exclude: ['**/node_modules/**'] });

const IMPORT = /^(?:import|export)\s(?!type\b)[^'"]*?from '([^']+)'/gm;
/** What starts a backend, or runs a program that npm does not bring. */
const STARTS = [
  /from '@inkstream\/testing\/backends'/,
  /import \{[^}]*\bforkEventStoreDbDouble\b[^}]*\} from '@/,
  /import \{[^}]*\bstart[A-Z]\w*[^}]*\} from '@inkstream\/native-stack'/,
  /\('(openssl|java|javac|mvn|go|git)'/,
  /'openssl [a-z]/,
];
const STARTERS = ['libs/testing/src/backends/backend.ts', 'deploy/native/src/native-backend.ts'];

/** The file, and those that it imports by relative paths. */
function reached(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path) || !existsSync(path)) return seen;
  seen.add(path);
  for (const [, name = ''] of readFileSync(path, 'utf8').matchAll(IMPORT))
    if (name.startsWith('.')) reached(join(dirname(path), name), seen);
  return seen;
}

/** The file on the way from this spec that starts a backend, if there is one. */
const backendOf = (spec: string): string | undefined =>
  [...reached(join(ROOT, spec))].find(
    (path) =>
      STARTERS.includes(relative(ROOT, path)) ||
      STARTS.some((start) => start.test(readFileSync(path, 'utf8'))),
  );

it('every spec is of one tier', () => {
  expect(specs.filter((path) => !/\.(unit|int|backend|e2e)\.spec\.ts$/.test(path))).toEqual([]);
});

it('what needs a backend, or a program that npm does not bring, is no unit or int spec: npm test needs Node and npm alone', () => {
  const fast = specs.filter((path) => /\.(unit|int)\.spec\.ts$/.test(path));
  expect(fast.length).toBeGreaterThan(100);
  const wrong = fast.flatMap((path) => {
    const cause = backendOf(path);
    return cause ? [`${path} must be named .backend.spec.ts, because of ${relative(ROOT, cause)}`] : [];
  });
  expect(wrong).toEqual([]);
});

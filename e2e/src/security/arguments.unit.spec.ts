import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { securityRun, USAGE } from './arguments.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

it('the tests of security are all that are named so, and the fuzz takes as long as it is told', () => {
  expect(securityRun([])).toEqual({ args: ['run', '.security.'], env: {} });
  expect(securityRun(['--seconds', '600']).env).toEqual({ FUZZ_SECONDS: '600' });
});

it.each([
  ['--seconds'],
  ['--seconds', '0'],
  ['--seconds', '1e3'],
  ['--seconds=86401'],
  ['--minutes', '1'],
  ['x'],
])('it says how it is used where it is asked for %s %s', (...argv) => {
  expect(() => securityRun(argv.filter(Boolean))).toThrow(USAGE);
});

it('every spec of security is one of a tier, which npm run test:all runs as well', () => {
  const specs = globSync('{libs,services,deploy,bench,e2e}/**/*.security.*', {
    cwd: ROOT,
    exclude: ['**/node_modules/**'],
  });
  expect(specs.length).toBeGreaterThan(5);
  expect(specs.filter((path) => !/\.security\.(unit|int|backend|e2e)\.spec\.ts$/.test(path))).toEqual([]);
});

it('npm run test:security is what runs them', () => {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  expect(scripts['test:security']).toBe('node e2e/src/security/main.ts');
});

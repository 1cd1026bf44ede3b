import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'patterns-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Lints a program of one file. */
async function lint(code: string, file = 'libs/planted/src/planted.ts') {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), code);
  const run = promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'lint-patterns.ts'),
    root,
  ]);
  return run.then(
    ({ stdout, stderr }) => ({ fails: false, output: stdout + stderr }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ fails: true, output: stdout + stderr }),
  );
}

test.each([
  ['exponential time', 'export const bad: RegExp = /^(?:\\w+\\s?)+$/;'],
  [
    'exponential time by optional neighbours',
    'export const bad = /^\\d(?:\\s?[-,]\\s?\\d{0,5})*\\s?[,\\s]\\p{L}/u;',
  ],
  [
    'quadratic time from every place of a run',
    "export const trim = (text: string) => text.replace(/\\s+$/, '');",
  ],
  ['a call of RegExp', "export const bad = new RegExp('(a|a)*b', 'i');"],
  ['a pattern built of strings', "const part = '(a|a)*';\nexport const bad = new RegExp(part + 'b');"],
])(
  'a planted pattern fails the check: %s',
  async (_, code) => {
    const { fails, output } = await lint(code);
    expect(output).toMatch(/(?:exponential|polynomial): /);
    expect(output).toContain('libs/planted/src/planted.ts');
    expect(fails).toBe(true);
  },
  60_000,
);

test('a pattern that no import builds fails the check, since nobody has seen it', async () => {
  const { fails, output } = await lint('export const find = (word: string) => new RegExp(word);');
  expect(output).toContain('libs/planted/src/planted.ts builds patterns');
  expect(fails).toBe(true);
}, 60_000);

test('patterns of linear time pass, and tests may have any', async () => {
  await lint('export const slow = /(a|a)*b/;', 'libs/planted/src/planted.unit.spec.ts');
  const { fails, output } = await lint(
    "export const good = [/^\\d{1,3}(?:,\\d{3})*$/u, new RegExp('^a+$')];",
  );
  expect(output).toBe('2 patterns checked, 0 to mend\n');
  expect(fails).toBe(false);
}, 60_000);

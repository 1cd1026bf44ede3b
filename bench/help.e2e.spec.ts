import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

test.each([
  ['bench', 'bench/system/main.ts'],
  ['bench:accuracy', 'bench/accuracy/main.ts'],
  ['bench:documents', 'bench/documents/main.ts'],
  ['fuzz:documents', 'libs/document-pages/src/spec-support/fuzz/main.ts'],
])('`npm run %s -- --help` says how it is used', (name, main) => {
  const { status, stdout } = spawnSync(process.execPath, [main, '--help'], { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toContain(`npm run ${name} `);
  expect(status).toBe(0);
});

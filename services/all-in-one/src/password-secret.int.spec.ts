import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { secretsOfFolder } from './password-secret.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-secret-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder gets a random secret of 32 bytes at its first start, which only its owner may read, and keeps it', async () => {
  const first = await secretsOfFolder(folder, {});
  expect(first.map(({ length }) => length)).toEqual([32]);
  expect((await stat(join(folder, 'password-secret'))).mode & 0o777).toBe(0o600);
  expect(await secretsOfFolder(folder, {})).toEqual(first);
});

test('a first start that was killed while it made one does not keep the next from it', async () => {
  await writeFile(join(folder, 'password-secret.new'), 'to');
  const first = await secretsOfFolder(folder, {});
  expect(first.map(({ length }) => length)).toEqual([32]);
  expect(await readdir(folder)).toEqual(['password-secret']);
});

test('what the configuration says goes before it, and makes none', async () => {
  const [PASSWORD_SECRET, PASSWORD_SECRET_PREVIOUS] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const config = { PASSWORD_SECRET, PASSWORD_SECRET_PREVIOUS };
  expect(await secretsOfFolder(folder, config)).toEqual([PASSWORD_SECRET, PASSWORD_SECRET_PREVIOUS]);
  await expect(readFile(join(folder, 'password-secret'))).rejects.toThrow('ENOENT');
});

test('a start with a file that holds none is refused, and does not tell what it holds', async () => {
  await writeFile(join(folder, 'password-secret'), 'torn');
  const start = secretsOfFolder(folder, {});
  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.not.toThrow('torn');
});

import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { edit } from './edit.ts';
import { CHANGES } from './next-release.ts';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const FILES = [...new Set(CHANGES.map(({ file }) => file))];

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'inkstream-next-'));
  for (const file of FILES) {
    await mkdir(join(tree, dirname(file)), { recursive: true });
    await copyFile(join(REPOSITORY, file), join(tree, file));
  }
});
afterEach(() => rm(tree, { recursive: true }));

it('the next release that mixed versions are tested with fits the sources', async () => {
  await edit(tree, CHANGES);
  for (const file of FILES)
    expect(await readFile(join(tree, file), 'utf8')).not.toBe(await readFile(join(REPOSITORY, file), 'utf8'));
});

it('an edit that does not fit is named, and nothing is written', async () => {
  const [file = ''] = FILES;
  const before = await readFile(join(tree, file), 'utf8');
  const fitting = { file, find: before, put: '' };
  for (const wrong of [
    { file, find: 'no such text', put: '' },
    { file: 'no-such-file.ts', find: 'x', put: '' },
    { file, find: before, put: '', times: 2 },
  ])
    await expect(edit(tree, [{ ...fitting, put: before }, wrong])).rejects.toThrow(wrong.file);
  expect(await readFile(join(tree, file), 'utf8')).toBe(before);
});

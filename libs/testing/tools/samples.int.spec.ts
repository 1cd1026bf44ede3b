import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSample, samples, truthName } from './samples.ts';

const folder = join(import.meta.dirname, '../../../samples');

test.each(Object.entries(samples))(
  '%s can be made again, with the truth beside it',
  async (name, options) => {
    const { bytes, truth } = await makeSample(options);
    const kept = await readFile(join(folder, name));
    // Encoders may differ by a few bytes between processors; what the receipt says may not.
    expect(Math.abs(kept.length - bytes.length)).toBeLessThan(0.02 * bytes.length);
    expect(kept.length).toBeLessThan(150_000);
    expect(JSON.parse(await readFile(join(folder, truthName(name)), 'utf8'))).toEqual(truth);
  },
);

test('the folder holds nothing else', async () => {
  const expected = Object.keys(samples).flatMap((name) => [name, truthName(name)]);
  const found = await readdir(folder);
  expect(found.filter((name) => name !== 'README.md').sort()).toEqual(expected.sort());
});

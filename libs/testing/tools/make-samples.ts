/**
 * Writes the samples and their truths: `node libs/testing/tools/make-samples.ts && npx biome format --write samples`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSample, samples, truthName } from './samples.ts';

const folder = join(import.meta.dirname, '../../../samples');
await mkdir(folder, { recursive: true });
for (const [name, options] of Object.entries(samples)) {
  const { bytes, truth } = await makeSample(options);
  await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, truthName(name)), `${JSON.stringify(truth, null, 2)}\n`);
  console.log(`${name}: ${Math.ceil(bytes.length / 1024)} KB`);
}

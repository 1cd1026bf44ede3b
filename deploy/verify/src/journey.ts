/**
 * What a client does, against a running Inkstream: `node journey.ts <url> <provider>…` uploads the samples for each
 * provider, compares what was read with what they say, lists, fetches and deletes.
 * `node journey.ts <url> --started <provider>` leaves once a job runs, and prints its id;
 * `node journey.ts <url> --finished <id>` waits until that job is completed.
 */
import assert from 'node:assert/strict';
import { jobListSchema, ocrResultSchema } from '@inkstream/contracts';
import { wordF1 } from '../../../e2e/src/support/word-f1.ts';
import { call, readSample, type Sample, until, upload } from './client.ts';

const NAMES = [
  'cafe-my-faded.png',
  'supermarket-my-scan.jpg',
  'kassenbon-de-rotated.webp',
  'restaurant-uk.pdf',
];
/** Of words, by provider. */
const LEAST: Readonly<Record<string, number>> = { 'paddle-ocr-local': 0.9, tesseract: 0.6 };

async function readAndDelete(url: string, provider: string, samples: readonly Sample[]): Promise<void> {
  const id = await upload(url, samples, provider);
  const job = await until(url, id, 'completed', 'failed');
  for (const [index, { name, bytes, text }] of samples.entries()) {
    const file = job.files[index];
    assert(file, `${name} is not in job ${id}`);
    const execution = file.executions[0];
    assert.equal(execution?.status, 'completed', `${name} by ${provider}: ${JSON.stringify(execution)}`);
    const f1 = wordF1(ocrResultSchema.parse(JSON.parse(execution.ocrData ?? 'null')).text, text);
    console.log(`  ${provider} read ${name}: word F1 ${f1.toFixed(3)}`);
    assert(f1 >= (LEAST[provider] ?? 0.9), `${provider} read too little of ${name}`);
    const stored = await (await call(`${url}/ocr-jobs/${id}/files/${file.id}`, 200)).bytes();
    assert.deepEqual(Buffer.from(stored), Buffer.from(bytes), `${name} comes back otherwise than it went`);
  }
  const { data } = jobListSchema.parse(await (await call(`${url}/ocr-jobs?status=completed`, 200)).json());
  assert(
    data.some((one) => one.id === id),
    `job ${id} is not listed`,
  );
  await call(`${url}/ocr-jobs/${id}`, 200, { method: 'DELETE' });
  await call(`${url}/ocr-jobs/${id}`, 404);
  console.log(`  job ${id} was listed, its files fetched, and deleted`);
}

const [url, what, argument] = process.argv.slice(2);
assert(url && what, 'usage: journey.ts <url> <provider>… | --started <provider> | --finished <id>');
const samples = await Promise.all(NAMES.map(readSample));
if (what === '--finished') {
  const { status } = await until(url, Number(argument), 'completed', 'failed');
  assert.equal(status, 'completed');
} else if (what === '--started') {
  const id = await upload(url, samples, argument ?? '');
  await until(url, id, 'running');
  console.log(id);
} else for (const provider of process.argv.slice(3)) await readAndDelete(url, provider, samples);

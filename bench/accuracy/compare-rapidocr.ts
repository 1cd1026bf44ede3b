/** Our engine against Python's rapidocr, receipt by receipt in turn, one thread each: see README.md. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createPpocr, readImage } from '@inkstream/ppocr';
import sharp from 'sharp';
import { z } from 'zod';
import { readReceiptSet } from './receipt-set.ts';
import { mean, percentile } from './statistics.ts';
import { wordF1 } from './word-f1.ts';

const answerSchema = z.object({ cpuMs: z.number(), lines: z.array(z.string()) });

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    limit: { type: 'string', default: '100' },
  },
});
if (values.data === undefined)
  throw new Error('usage: compare-rapidocr.ts --data DIR [--python PYTHON] [--limit N]');

sharp.concurrency(1);
sharp.cache(false);

const worker = spawn(values.python, [fileURLToPath(new URL('rapidocr_worker.py', import.meta.url))], {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
});
const answers = createInterface({ input: worker.stdout })[Symbol.asyncIterator]();
async function rapidocr(imagePath: string) {
  worker.stdin.write(`${imagePath}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error('rapidocr ended early');
  return answerSchema.parse(JSON.parse(value));
}

const engine = await createPpocr({ model: 'default' });
async function ours(imagePath: string) {
  const before = process.cpuUsage();
  const page = await engine.recognise(await readImage(imagePath));
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, lines: page.lines.map(({ text }) => text) };
}

const receipts = (await readReceiptSet(values.data)).slice(0, Number(values.limit));
const contenders = { inkstream: ours, rapidocr };
const results = {
  inkstream: { cpu: [] as number[], f1: [] as number[] },
  rapidocr: { cpu: [] as number[], f1: [] as number[] },
};
for (const name of ['inkstream', 'rapidocr'] as const) {
  if (receipts[0]) await contenders[name](receipts[0].imagePath);
}
for (const { imagePath, lines } of receipts) {
  for (const name of ['inkstream', 'rapidocr'] as const) {
    const read = await contenders[name](imagePath);
    results[name].cpu.push(read.cpuMs);
    results[name].f1.push(wordF1(read.lines, lines));
  }
}
worker.stdin.end();
await engine.close();

for (const [name, { cpu, f1 }] of Object.entries(results)) {
  console.log(
    `${name.padEnd(10)} word F1 ${mean(f1).toFixed(4)}  CPU ms mean ${mean(cpu).toFixed(0)}, median ${percentile(cpu, 0.5).toFixed(0)}`,
  );
}
console.log(
  `receipts a CPU second: ${(mean(results.rapidocr.cpu) / mean(results.inkstream.cpu)).toFixed(2)} times rapidocr's`,
);

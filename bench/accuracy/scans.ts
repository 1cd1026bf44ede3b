import { writeFile } from 'node:fs/promises';
import type { RecognisedPage } from '@inkstream/contracts';
import { createPpocr, type ModelName, readImage } from '@inkstream/ppocr';
import { extractReceipt } from '@inkstream/receipt-fields';
import sharp from 'sharp';
import { compareFields, KEYS } from './field-accuracy.ts';
import { readReceiptSet, type TrueReceipt } from './receipt-set.ts';
import { mean, percentile } from './statistics.ts';
import { wordF1 } from './word-f1.ts';

type Scored = { receipt: TrueReceipt; page: RecognisedPage; f1: number; cpuMs: number };

/** Scores receipts of the layout of SROIE, and prints what is right and what it cost. */
export async function scoreScans({
  data,
  model,
  json,
}: {
  data: string;
  model: ModelName;
  json?: string | undefined;
}) {
  // One thread and no cache, as in the service's workers.
  sharp.concurrency(1);
  sharp.cache(false);

  const receipts = await readReceiptSet(data);
  const loadStart = performance.now();
  const engine = await createPpocr({ model, log: console.log });
  const loadMs = performance.now() - loadStart;

  const results: Scored[] = [];
  for (const receipt of receipts) {
    const before = process.cpuUsage();
    const page = await engine.recognise(await readImage(receipt.imagePath));
    const { user, system } = process.cpuUsage(before);
    const f1 = wordF1(
      page.lines.map(({ text }) => text),
      receipt.lines,
    );
    results.push({ receipt, page, f1, cpuMs: (user + system) / 1000 });
  }

  await engine.close();

  const cpu = results.map(({ cpuMs }) => cpuMs);
  const turned = results.filter(({ page }) => page.rotation !== 0).map(({ receipt }) => receipt.id);
  console.log(`receipts          ${results.length}`);
  console.log(`word F1           ${mean(results.map(({ f1 }) => f1)).toFixed(4)}`);
  const fieldsStart = performance.now();
  const read = results.map(({ page }) => extractReceipt([page]));
  const fieldsMs = (performance.now() - fieldsStart) / results.length;
  const compared = results.map(({ receipt }, at) => (read[at] ? compareFields(read[at], receipt.key) : {}));
  for (const name of Object.keys(KEYS) as (keyof typeof KEYS)[]) {
    const known = compared.flatMap((fields) => fields[name] ?? []);
    const sure = (right: boolean) => {
      const those = known.filter((verdict) => verdict.right === right);
      return those.length === 0 ? 'none' : mean(those.map(({ confidence }) => confidence)).toFixed(2);
    };
    console.log(
      `${name.padEnd(16)}  ${mean(known.map(({ right }) => Number(right))).toFixed(3)} (${known.length} receipts), confidence ${sure(true)} where right, ${sure(false)} where wrong`,
    );
  }
  console.log(
    `CPU ms a receipt  mean ${mean(cpu).toFixed(0)}, median ${percentile(cpu, 0.5).toFixed(0)}, p95 ${percentile(cpu, 0.95).toFixed(0)} (decoding included)`,
  );
  console.log(`fields            ${fieldsMs.toFixed(1)} ms a receipt`);
  console.log(`models loaded in  ${loadMs.toFixed(0)} ms`);
  console.log(`peak memory       ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  if (turned.length > 0) console.log(`turned            ${turned.join(', ')}`);

  if (json !== undefined) {
    const pages = results.map(({ receipt, page, f1, cpuMs }) => ({ id: receipt.id, f1, cpuMs, ...page }));
    await writeFile(json, JSON.stringify(pages));
  }
}

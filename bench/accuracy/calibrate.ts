/** Fits the confidence of fields to receipts that were read: see README.md. */
import { readFile, writeFile } from 'node:fs/promises';
import type { CalibratedField, Calibration } from '@inkstream/receipt-fields';
import { extractReceipts } from '@inkstream/receipt-fields';
import { fitCurve } from './fit.ts';
import { judge } from './judge.ts';
import type { ReadCase } from './read-cases.ts';
import { readKept } from './read-cases.ts';
import { binsOf, calibrationError, type Given, isHeldOut } from './reliability.ts';

const NAMES = ['total', 'date', 'merchant', 'currency', 'tax'] as const satisfies readonly CalibratedField[];
const TABLE = new URL('../../libs/receipt-fields/src/calibration/measured.ts', import.meta.url);

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: calibrate.ts FILE…    caches of bench:accuracy');
  process.exit(2);
}
const cases = (await Promise.all(files.map(readKept))).flat();

function givenOf(those: readonly ReadCase[], name: CalibratedField, calibration?: Calibration): Given[] {
  return those.flatMap(({ pages, truth }) => {
    const [receipt = null] = extractReceipts(pages, calibration && { calibration }).receipts;
    const verdict = judge({ receipt, text: '', pages: [] }, { ...truth, snippets: [] }).fields[name];
    return verdict?.given ? [verdict] : [];
  });
}

const fitted = cases.filter(({ id }) => !isHeldOut(id));
const held = cases.filter(({ id }) => isHeldOut(id));
const calibration = Object.fromEntries(NAMES.map((name) => [name, fitCurve(givenOf(fitted, name, {}))]));
for (const name of NAMES) {
  const error = (by: Calibration) => calibrationError(binsOf(givenOf(held, name, by))).toFixed(3);
  console.log(
    `${name.padEnd(8)} expected calibration error ${error({})} before, ${error(calibration)} after (held out)`,
  );
}

const source = await readFile(TABLE, 'utf8');
const head = source.slice(0, source.indexOf(' = {'));
const rows = NAMES.map((name) => `  ${name}: ${JSON.stringify(calibration[name])},`);
await writeFile(TABLE, `${head} = {\n${rows.join('\n')}\n};\n`);

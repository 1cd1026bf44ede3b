import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ocrResultSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import type { Api } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { wordF1 } from '../support/word-f1.ts';

const FOLDER = join(import.meta.dirname, '../../../samples');

const SAMPLES = [
  'supermarket-my-scan.jpg',
  'cafe-my-faded.png',
  'diner-us-photo.jpg',
  'kassenbon-de-rotated.webp',
  'restaurant-uk.pdf',
];

/** For all of them, on a machine with other things to do. */
const LIMIT_MS = 90_000;

interface Truth {
  readonly text: string;
  readonly fields: { readonly total: string; readonly date: string; readonly currency: string };
}

/** Uploads samples for a provider: their words, totals and dates must be read. */
export async function readsSamples(api: Api, provider: string, names: readonly string[]): Promise<void> {
  const files = names.map(async (name) => ({ bytes: await readFile(join(FOLDER, name)), name, provider }));
  const id = await api.upload(await Promise.all(files), 'Samples');
  const job = await api.finished(id, { limitMs: LIMIT_MS });
  for (const [index, name] of names.entries()) {
    const truth: Truth = JSON.parse(await readFile(join(FOLDER, name.replace(/\.\w+$/, '.json')), 'utf8'));
    const { text, receipt } = ocrResultSchema.parse(
      JSON.parse(job.files[index]?.executions[0]?.ocrData ?? 'null'),
    );
    expect(wordF1(text, truth.text), name).toBeGreaterThanOrEqual(0.9);
    const { total, date, currency } = truth.fields;
    expect([name, receipt?.total?.value, receipt?.date?.value, receipt?.currency?.value]).toEqual([
      name,
      total,
      date,
      currency,
    ]);
  }
}

/** The real engine, on the receipts that come with Inkstream. */
export function samplesTests({ api }: Inkstream): void {
  describe('paddle-ocr-local', () => {
    it('reads the samples: their words, totals and dates', () =>
      readsSamples(api, 'paddle-ocr-local', SAMPLES));
  });
}

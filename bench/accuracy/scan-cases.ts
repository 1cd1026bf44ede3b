import { readFile } from 'node:fs/promises';
import { isoDate } from './field-accuracy.ts';
import { readReceiptSet } from './receipt-set.ts';
import type { Case, Truth } from './truth.ts';

/** Receipts of the layout of SROIE as the other modes judge them. */
export async function scanCases(directory: string): Promise<Case[]> {
  const receipts = await readReceiptSet(directory);
  return receipts.map(({ id, imagePath, lines, key }): Case => {
    const truth: Truth = {
      language: 'en',
      kind: 'scan',
      merchant: key.company ? [key.company] : null,
      date: key.date ? isoDate(key.date) : null,
      total: key.total ? Number(key.total.replace(/[^\d.-]/g, '')) : null,
      snippets: lines.filter((line) => /\p{L}{3}/u.test(line)),
    };
    return { id, mimeType: 'image/jpeg', open: async () => ({ bytes: await readFile(imagePath), truth }) };
  });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from '@inkstream/provider-kit';
import { z } from 'zod';

/** The five receipts of `samples`, which were generated from fixed seeds: a file of each format and layout. */
const NAMES = [
  'cafe-my-faded.png',
  'diner-us-photo.jpg',
  'kassenbon-de-rotated.webp',
  'restaurant-uk.pdf',
  'supermarket-my-scan.jpg',
];
const truth = z.object({ mimeType: z.string(), fields: z.object({ total: z.string() }) });

/** A receipt that is read again and again. */
export interface FixedReceipt extends Document {
  readonly name: string;
  /** What it says is to be paid. */
  readonly total: string;
}

/** The receipts of the folder `samples`. */
export const fixedReceipts = (root: string): Promise<readonly FixedReceipt[]> =>
  Promise.all(
    NAMES.map(async (name) => {
      const path = join(root, 'samples', name);
      const { mimeType, fields } = truth.parse(
        JSON.parse(await readFile(path.replace(/\.\w+$/, '.json'), 'utf8')),
      );
      return { name, bytes: await readFile(path), mimeType, total: fields.total };
    }),
  );

import { readdir, readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { z } from 'zod';

const keySchema = z.object({
  company: z.string().optional(),
  date: z.string().optional(),
  address: z.string().optional(),
  total: z.string().optional(),
});

/** What a receipt's key file says of it; a field that the receipt lacks is missing. */
export type ReceiptKey = z.infer<typeof keySchema>;

/** A scanned receipt with its truth. */
export type TrueReceipt = {
  readonly id: string;
  readonly imagePath: string;
  /** The text of each line. */
  readonly lines: readonly string[];
  readonly key: ReceiptKey;
};

/**
 * Reads a directory of the layout of the ICDAR 2019 SROIE challenge: `img/ID.jpg`, `box/ID.csv` (a line of text
 * each, `x1,y1,x2,y2,x3,y3,x4,y4,text`, where the text may hold commas), `key/ID.json`.
 */
export async function readReceiptSet(directory: string): Promise<TrueReceipt[]> {
  const names = (await readdir(join(directory, 'img'))).sort();
  return Promise.all(
    names.map(async (name) => {
      const id = parse(name).name;
      const boxes = await readFile(join(directory, 'box', `${id}.csv`), 'utf8');
      const key: unknown = JSON.parse(await readFile(join(directory, 'key', `${id}.json`), 'utf8'));
      return {
        id,
        imagePath: join(directory, 'img', name),
        lines: textsOf(boxes),
        key: keySchema.parse(key),
      };
    }),
  );
}

function textsOf(boxes: string): string[] {
  return boxes.split(/\r?\n/).flatMap((line) => {
    const fields = line.split(',');
    return fields.length < 9 ? [] : [fields.slice(8).join(',')];
  });
}

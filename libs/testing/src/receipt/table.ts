import sharp from 'sharp';
import { drawReceipt, type ReceiptOptions, type ReceiptTruth } from './generate.ts';

export interface TableOptions {
  readonly receipts: readonly ReceiptOptions[];
  /** How many lie side by side; as many rows as they fill. */
  readonly columns: number;
  /** Clockwise turn of each in degrees; 0 of those that it does not name. */
  readonly turns?: readonly number[];
  /** Pixels between the places of two; 40 by default. */
  readonly gap?: number;
  /** Grey level of the table; 90 by default. 255 is a scanner's lid, on which no edge of the paper is seen. */
  readonly table?: number;
}

/** A photo of several receipts on a table, as PNG, and the truth of each in reading order: row by row. */
export async function generateTable({
  receipts,
  columns,
  turns = [],
  gap = 40,
  table = 90,
}: TableOptions): Promise<{ image: Uint8Array; truths: Pick<ReceiptTruth, 'text' | 'fields'>[] }> {
  const background = { r: table, g: table, b: table, alpha: 1 };
  const papers: { input: Buffer; width: number; height: number; truth: ReceiptTruth }[] = [];
  for (const [at, options] of receipts.entries()) {
    const { raster, truth } = await drawReceipt(options);
    const { data, width, height, channels } = raster;
    const paper = sharp(data, { raw: { width, height, channels } }).toColourspace('srgb');
    const turned = paper.rotate(turns[at] ?? 0, { background });
    const { data: input, info } = await turned.png().toBuffer({ resolveWithObject: true });
    papers.push({ input, width: info.width, height: info.height, truth });
  }
  const cell = Math.max(...papers.map(({ width }) => width)) + gap;
  const rows = Array.from({ length: Math.ceil(papers.length / columns) }, (_, row) =>
    papers.slice(row * columns, (row + 1) * columns),
  );
  let top = gap;
  const placed = rows.flatMap((row) => {
    const here = top;
    top += Math.max(...row.map(({ height }) => height)) + gap;
    return row.map(({ input, width }, column) => ({
      input,
      left: gap + column * cell + ((cell - gap - width) >> 1),
      top: here,
    }));
  });
  const canvas = { width: columns * cell + gap, height: top, channels: 3 as const, background };
  const image = await sharp({ create: canvas }).composite(placed).toColourspace('b-w').png().toBuffer();
  return { image, truths: papers.map(({ truth }) => truth) };
}

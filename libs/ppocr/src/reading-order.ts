import type { Box, OcrLine } from '@inkstream/contracts';
import type { RotatedRect } from './min-area-rect.ts';

/** A line as this engine reads it: it always knows where, and how sure it is. */
export type ReadLine = OcrLine & { confidence: number; box: Box };

/** Boxes share a row when their centres are nearer, across the text, than this part of the lower one's height. */
const rowTolerance = 0.5;
/** A box this many times as wide as high is long enough to tell the page's skew. */
const skewRatio = 4;

/** Sorts into reading order: rows from the top, each from the left, along the page's own skew. */
export function inReadingOrder<T extends { readonly rect: RotatedRect }>(items: readonly T[]): T[] {
  const skew = skewOf(items.map(({ rect }) => rect));
  const cos = Math.cos(skew);
  const sin = Math.sin(skew);
  const placed = items.map((item) => {
    const { centreX: x, centreY: y, width, height } = item.rect;
    return { item, left: x * cos + y * sin - width / 2, middle: y * cos - x * sin, height };
  });
  placed.sort((a, b) => a.middle - b.middle);

  const rows: { middle: number; height: number; cells: typeof placed }[] = [];
  for (const cell of placed) {
    const row = rows.at(-1);
    if (row && cell.middle - row.middle < rowTolerance * Math.min(cell.height, row.height)) {
      row.cells.push(cell);
      row.middle += (cell.middle - row.middle) / row.cells.length;
      row.height += (cell.height - row.height) / row.cells.length;
    } else {
      rows.push({ middle: cell.middle, height: cell.height, cells: [cell] });
    }
  }
  return rows.flatMap(({ cells }) => cells.sort((a, b) => a.left - b.left).map(({ item }) => item));
}

/** The median angle of the long boxes, radians; 0 if there is none. */
function skewOf(rects: readonly RotatedRect[]): number {
  const angles = rects.filter((r) => r.width > skewRatio * r.height).map((r) => r.angle);
  return angles.sort((a, b) => a - b)[angles.length >> 1] ?? 0;
}

/** The page as plain text: lines in reading order, those of one row joined by a space, rows by a line feed. */
export function linesToText(lines: readonly ReadLine[]): string {
  return lines.map((line, i) => (i === 0 ? '' : separator(lines[i - 1]!, line)) + line.text).join('');
}

function separator(before: ReadLine, { box: [left, top, , bottom] }: ReadLine): string {
  const [beforeLeft, beforeTop, , beforeBottom] = before.box;
  const drop = Math.abs((top + bottom) / 2 - (beforeTop + beforeBottom) / 2);
  const sameRow = drop < rowTolerance * Math.min(bottom - top, beforeBottom - beforeTop);
  return sameRow && left > beforeLeft ? ' ' : '\n';
}

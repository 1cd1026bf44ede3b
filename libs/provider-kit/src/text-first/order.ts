import type { Box, OcrLine, RecognisedPage } from '@inkstream/contracts';

/** Lines share a row if their middles are no farther apart, in heights of the lower one. */
const SAME_ROW = 0.5;

/** Rows from the top, each from the left; lines without a place last. */
export function inReadingOrder(lines: readonly OcrLine[]): OcrLine[] {
  const placed = lines
    .flatMap((line) => (line.box ? { line, box: line.box, middle: (line.box[1] + line.box[3]) / 2 } : []))
    .sort((a, b) => a.middle - b.middle);
  const rows: { middle: number; height: number; members: typeof placed }[] = [];
  for (const entry of placed) {
    const height = entry.box[3] - entry.box[1];
    const row = rows.at(-1);
    if (row && entry.middle - row.middle < SAME_ROW * Math.min(height, row.height)) row.members.push(entry);
    else rows.push({ middle: entry.middle, height, members: [entry] });
  }
  const ordered = rows.flatMap(({ members }) => members.sort((a, b) => a.box[0] - b.box[0]));
  return [...ordered.map(({ line }) => line), ...lines.filter(({ box }) => !box)];
}

/** The lines of a page that an engine turned, where they are on the page that it was given. */
export function turnedBack({ lines, rotation, width, height }: RecognisedPage): OcrLine[] {
  if (rotation === 0) return [...lines];
  const back = (x: number, y: number): readonly [number, number] => {
    if (rotation === 180) return [width - x, height - y];
    return rotation === 90 ? [y, width - x] : [height - y, x];
  };
  return lines.map(({ box, quad: _, ...line }) => {
    if (!box) return line;
    const [[x1, y1], [x2, y2]] = [back(box[0], box[1]), back(box[2], box[3])];
    const turned: Box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
    return { ...line, box: turned };
  });
}

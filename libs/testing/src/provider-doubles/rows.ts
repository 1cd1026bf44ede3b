import type { Box } from '@inkstream/contracts';
import type { PictureContent, PictureText } from './picture-content.ts';

/** Pieces of text that stand side by side, as a model writes them down: on one line. */
export interface PictureRow extends PictureText {
  readonly pieces: readonly PictureText[];
}

const middleOf = ({ box: [, top, , bottom] }: PictureText) => (top + bottom) / 2;
const heightOf = ({ box: [, top, , bottom] }: PictureText) => bottom - top;

/** The box around all of them. */
export const around = (texts: readonly PictureText[]): Box => [
  Math.min(...texts.map(({ box }) => box[0])),
  Math.min(...texts.map(({ box }) => box[1])),
  Math.max(...texts.map(({ box }) => box[2])),
  Math.max(...texts.map(({ box }) => box[3])),
];

/** The rows of a picture, in reading order. */
export function rowsOf({ lines }: Pick<PictureContent, 'lines'>): PictureRow[] {
  const rows: PictureText[][] = [];
  for (const line of lines) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    if (row && last && Math.abs(middleOf(line) - middleOf(last)) < heightOf(last) / 2) row.push(line);
    else rows.push([line]);
  }
  return rows.map((pieces) => ({
    text: pieces.map(({ text }) => text).join(' '),
    confidence: pieces.reduce((sum, { confidence }) => sum + confidence, 0) / pieces.length,
    box: around(pieces),
    pieces,
  }));
}

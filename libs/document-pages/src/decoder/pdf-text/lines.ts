import type { TextLine } from '../../page-image.ts';
import type { Glyph, Rect } from './glyphs.ts';

/** A letter that was looked for in the picture. */
export interface SeenGlyph extends Glyph {
  readonly undrawn: boolean;
  /** Something is laid over it. */
  readonly covered: boolean;
}

/** Letters share a row if their middles are no farther apart, in heights of the lower one. */
const SAME_ROW = 0.5;
/** Farther apart, in font sizes, they are two cells, such as a label and its amount. */
const CELL_GAP = 1.1;
/** A word ends at such a gap, beyond what all letters of the line are apart. */
const WORD_GAP = 0.2;
/** At a space of the text's own even if it is nearly none. */
const LEAST_SPACE = 0.05;
/** The same letter at the same place is drawn twice, to look bold. */
const SAME_PLACE = 0.3;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

/**
 * Puts letters together to lines, as an engine finds them: cells of a row that are far apart are lines of their own. A
 * line of which a letter is not surely known, or is covered, is left out: what is seen there is another matter.
 */
export function linesOf(glyphs: readonly SeenGlyph[]): TextLine[] {
  return rowsOf(glyphs)
    .flatMap((row) => cellsOf(row))
    .filter((cell) => cell.every(({ known, covered }) => known && !covered))
    .map(toLine);
}

function rowsOf(glyphs: readonly SeenGlyph[]): SeenGlyph[][] {
  const placed = glyphs
    .map((glyph) => ({ glyph, middle: (glyph.cell[1] + glyph.cell[3]) / 2, height: glyph.em }))
    .sort((a, b) => a.middle - b.middle);
  const rows: { middle: number; height: number; members: SeenGlyph[] }[] = [];
  for (const { glyph, middle, height } of placed) {
    const row = rows.at(-1);
    if (row && middle - row.middle < SAME_ROW * Math.min(height, row.height)) {
      row.members.push(glyph);
      row.middle += (middle - row.middle) / row.members.length;
      row.height += (height - row.height) / row.members.length;
    } else rows.push({ middle, height, members: [glyph] });
  }
  return rows.map(({ members }) => members);
}

function cellsOf(row: readonly SeenGlyph[]): SeenGlyph[][] {
  const cells: SeenGlyph[][] = [];
  for (const glyph of [...row].sort((a, b) => a.cell[0] - b.cell[0])) {
    const cell = cells.at(-1);
    const before = cell?.at(-1);
    if (cell && before && isTwice(before, glyph)) continue;
    if (cell && before && glyph.cell[0] - before.cell[2] <= CELL_GAP * Math.max(before.em, glyph.em))
      cell.push(glyph);
    else cells.push([glyph]);
  }
  return cells;
}

const isTwice = (before: SeenGlyph, glyph: SeenGlyph): boolean =>
  before.text === glyph.text &&
  glyph.cell[0] - before.cell[0] < SAME_PLACE * Math.max(1, before.cell[2] - before.cell[0]);

function toLine(cell: readonly SeenGlyph[]): TextLine {
  const [left, top, right, bottom] = cell
    .map(extentOf)
    .reduce((a, b) => [
      Math.min(a[0], b[0]),
      Math.min(a[1], b[1]),
      Math.max(a[2], b[2]),
      Math.max(a[3], b[3]),
    ]);
  const undrawn = cell.some((glyph) => glyph.undrawn);
  return {
    text: textOf(cell),
    box: [left, top, right, bottom],
    font: mainFont(cell),
    ...(undrawn && { undrawn }),
  };
}

/** As high as the font, but not by far beyond what is inked: some fonts say that they are as high as two lines. */
function extentOf({ ink, cell, em, shapeless }: SeenGlyph): Rect {
  if (shapeless) return cell;
  const most = MOST_AROUND * em;
  return [
    Math.min(ink[0], cell[0]),
    Math.min(ink[1], Math.max(cell[1], ink[1] - most)),
    Math.max(ink[2], cell[2]),
    Math.max(ink[3], Math.min(cell[3], ink[3] + most)),
  ];
}

/** Above and below a letter, font sizes. */
const MOST_AROUND = 0.35;

function textOf(cell: readonly SeenGlyph[]): string {
  const isReversed = cell.some(({ text }) => RIGHT_TO_LEFT.test(text));
  // The file has the order in which it is read, once PDFium has turned what is stored as it is seen.
  const ordered = isReversed ? [...cell].sort((a, b) => a.index - b.index) : cell;
  const gaps = ordered.slice(1).map((glyph, at) => gapOf(ordered[at] ?? glyph, glyph));
  const spacing = Math.max(0, Math.min(...gaps));
  return ordered
    .map((glyph, at) => {
      const gap = (gaps[at - 1] ?? 0) - spacing;
      const isSpace = gap > WORD_GAP || (glyph.afterSpace && gap > LEAST_SPACE);
      return at > 0 && isSpace ? ` ${glyph.text}` : glyph.text;
    })
    .join('');
}

/** In font sizes, whichever is on the left. */
const gapOf = (a: SeenGlyph, b: SeenGlyph): number =>
  Math.max(b.cell[0] - a.cell[2], a.cell[0] - b.cell[2]) / Math.max(a.em, b.em);

function mainFont(cell: readonly SeenGlyph[]): string {
  const counts = new Map<string, number>();
  for (const { font } of cell) counts.set(font, (counts.get(font) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? '';
}

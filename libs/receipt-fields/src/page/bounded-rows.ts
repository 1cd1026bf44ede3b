import type { OcrLine, OcrPage } from '@inkstream/contracts';
import { groupLines, type PlacedLine, type Row, toRow } from './rows.ts';

/** Fifty pages, the most that a document may have, of two hundred lines each: small print on A4. */
const MOST_LINES = 10_000;
/** Characters of a line, and of a row of lines: tills print 48, A4 in small print has 200. */
export const MOST_CHARACTERS = 500;

/**
 * The rows that the rules for fields read: all of any receipt, and of what is none a part small enough that reading
 * takes time in proportion. This is the one place that leaves anything out: lines beyond the first 10,000, and what a
 * row holds beyond 500 characters. Text and Markdown are made from the pages and keep all. Every run of white space is
 * a single space from here on, so that patterns need no more than `\s?` for it.
 */
export function boundedRows(pages: readonly OcrPage[]): Row[] {
  let first = 0;
  return pages.flatMap(({ lines }) => {
    const read = lines.slice(0, Math.max(0, MOST_LINES - first)).map((line, at) => bounded(line, first + at));
    first += lines.length;
    return groupLines(read).map((row) => toRow(leftmost(row)));
  });
}

function bounded(line: OcrLine, index: number): PlacedLine {
  return { ...line, index, text: cut(line.text.replace(/\s+/g, ' ').trim(), MOST_CHARACTERS) };
}

/** As many lines from the left as fit in a row. */
function leftmost(lines: readonly PlacedLine[]): PlacedLine[] {
  const kept: PlacedLine[] = [];
  let room = MOST_CHARACTERS;
  for (const line of lines) {
    if (room <= 0) break;
    kept.push({ ...line, text: cut(line.text, room) });
    room -= line.text.length + 1;
  }
  return kept;
}

/** The beginning of a text, without half a character at its end. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed().trimEnd();
}

import type { OcrLine, RecognisedPage } from '@inkstream/contracts';
import { lineHeight, rowsOf } from '@inkstream/page-layout';
import { type PlacedLine, type Row, toRow } from './rows.ts';

/** Fifty pages, the most that a document may have, of two hundred lines each: small print on A4. */
const MOST_LINES = 10_000;
/** Characters of all lines: as many pages full of small print. */
const MOST_CHARACTERS = 300_000;
/** Characters of a line, and of a row of lines: tills print 48, A4 in small print has 200. */
const MOST_IN_A_ROW = 500;

/**
 * The rows that the rules for fields read: all of any receipt, and of what is none a part small enough that reading
 * takes no more than seconds. This is the one place that leaves lines and characters out; text and Markdown are made
 * of the pages and keep all. Every run of white space is a single space from here on, so that patterns need no more
 * than `\s?` for it.
 */
export function boundedRows(pages: readonly RecognisedPage[]): Row[] {
  let first = 0;
  let room = MOST_CHARACTERS;
  return pages.flatMap(({ lines }) => {
    const read: PlacedLine[] = [];
    for (const [at, line] of lines.entries()) {
      if (first + at >= MOST_LINES || room <= 0) break;
      const kept = bounded(line, first + at);
      read.push(kept);
      room -= kept.text.length;
    }
    first += lines.length;
    return rowsOf(comparable(read)).map((row) => toRow(leftmost(row)));
  });
}

/** Places of some lines alone would make these the tallest of the page: then none has one. */
const comparable = (lines: readonly PlacedLine[]): readonly PlacedLine[] =>
  lines.every((line) => lineHeight(line) !== null)
    ? lines
    : lines.map(({ box: _box, quad: _quad, ...line }) => line);

function bounded(line: OcrLine, index: number): PlacedLine {
  return { ...line, index, text: cut(plainDigits(line.text).replace(/\s+/g, ' ').trim(), MOST_IN_A_ROW) };
}

/** Full-width letters and signs, which Unicode has beside the plain ones. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;

/** Digits and signs of all scripts as ASCII has them: `１２：３０`, `٤٥٫٠٠`, `२०२६`. */
function plainDigits(text: string): string {
  if (!/[\u0600-\uffff]/.test(text)) return text;
  return text
    .replace(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/(?![0-9])\p{Nd}/gu, (digit) => String(digitOf(digit)))
    .replaceAll('٫', '.')
    .replaceAll('٬', ',');
}

/** Decimal digits stand in Unicode in runs of ten, of which the first is nought. */
function digitOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (code - first < 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return code - first;
}

/** As many lines from the left as fit in a row. */
function leftmost(lines: readonly PlacedLine[]): PlacedLine[] {
  const kept: PlacedLine[] = [];
  let room = MOST_IN_A_ROW;
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

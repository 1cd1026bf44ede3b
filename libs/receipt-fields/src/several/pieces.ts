import type { OcrLine, RecognisedPage } from '@inkstream/contracts';
import { gapBetween, partsOf, rowsOf } from '@inkstream/page-layout';
import type { NumberStyle } from '../amounts/numbers.ts';
import { roleOf } from '../amounts/roles.ts';
import { moneyIn } from '../amounts/row-amounts.ts';
import { datesIn } from '../date-time/dates.ts';
import { ADDRESS, traitsOf } from '../head/header.ts';
import { joinTexts } from '../page/rows.ts';
import { skeleton } from '../words/skeleton.ts';

/** A line, and its place among the lines of its page. */
export interface PageLine extends OcrLine {
  readonly at: number;
}

/** Lines of a page that are of one receipt, as far as can be told before it is read. */
export interface Piece {
  /** The page's place in the document, from 0. */
  readonly page: number;
  readonly lines: readonly PageLine[];
}

/** Characters of a row that tell what it is. */
const TELLING = 200;

/** The pieces of a page: its parts, each cut where a receipt ends and another one begins below it. */
export function piecesOf(page: RecognisedPage, at: number): Piece[] {
  const lines = page.lines.map((line, index): PageLine => ({ ...line, at: index }));
  return partsOf(lines).flatMap((column) => {
    const papers = column.map((paper) => rowsOf(paper));
    const starts = new Set<number>();
    papers.reduce((first, rows) => {
      starts.add(first);
      return first + rows.length;
    }, 0);
    const rows = papers.flat();
    const cuts = [0, ...cutsOf(rows, starts), rows.length];
    return cuts
      .slice(1)
      .map((end, index): Piece => ({ page: at, lines: rows.slice(cuts[index], end).flat() }))
      .filter((piece) => piece.lines.length > 0);
  });
}

/** Ways to write money: receipts side by side may be of several countries. */
const STYLES: readonly NumberStyle[] = [
  { decimal: '.', minorDigits: 2 },
  { decimal: ',', minorDigits: 2 },
  { decimal: '.', minorDigits: 0 },
];

/** What a row says of where receipts end and begin. */
interface Telling {
  readonly ends: boolean;
  readonly begins: boolean;
  readonly bought: boolean;
  readonly words: string;
}

function tellingOf(row: readonly OcrLine[]): Telling {
  const text = joinTexts(row).slice(0, TELLING);
  const { role } = roleOf(skeleton(text));
  const money = STYLES.some((style) => moneyIn(text, style).length > 0);
  const { company, registration, address } = traitsOf(text);
  return {
    ends: role === 'total' && money,
    begins: company.form !== null || registration || address >= ADDRESS || datesIn(text).length > 0,
    bought: money && (role === null || role === 'subtotal'),
    words: text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''),
  };
}

/**
 * Before which rows another receipt begins: somewhere between a total and the things bought that follow on what stands
 * at the head of a receipt, and have a total of their own. Best where its first row comes again, as on a roll of one
 * shop; else where another paper begins, or where the rows stand furthest apart.
 */
function cutsOf(rows: readonly (readonly PageLine[])[], papers: ReadonlySet<number>): number[] {
  const read = rows.map(tellingOf);
  const cuts: number[] = [];
  let [first, ended, head, bought] = [0, -1, -1, -1];
  for (const [at, { ends, begins, bought: sold }] of read.entries()) {
    if (ends) {
      if (ended >= 0 && bought >= 0) {
        first = startIn(rows, read, papers, { from: ended + 1, to: bought, first });
        cuts.push(first);
      }
      [ended, head, bought] = [at, -1, -1];
    } else if (ended < 0) continue;
    else if (head < 0 && begins) head = at;
    else if (head >= 0 && bought < 0 && sold) bought = at;
  }
  return cuts;
}

interface Between {
  readonly from: number;
  readonly to: number;
  /** The row that the receipt before begins with. */
  readonly first: number;
}

function startIn(
  rows: readonly (readonly PageLine[])[],
  read: readonly Telling[],
  papers: ReadonlySet<number>,
  { from, to, first }: Between,
): number {
  let best = { at: from, score: Number.NEGATIVE_INFINITY };
  for (let at = from; at <= to; at++) {
    const again = read[at]?.words.length ? read[at]?.words === read[first]?.words : false;
    const score =
      (again ? 1000 : 0) + (papers.has(at) ? 100 : 0) + gapBetween(rows[at - 1] ?? [], rows[at] ?? []);
    if (score > best.score) best = { at, score };
  }
  return best.at;
}

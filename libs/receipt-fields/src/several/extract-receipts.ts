import type { Box, Receipt, RecognisedPage } from '@inkstream/contracts';
import { boxAround, inReadingOrder, NOWHERE, union } from '@inkstream/page-layout';
import { type ExtractOptions, extractReceipt } from '../extract-receipt.ts';
import { begins, isCopy, together } from './one-or-another.ts';
import { type PageLine, type Piece, piecesOf } from './pieces.ts';

/** Of a document with more lines one receipt is read: nobody photographs as many at once. */
const MOST_LINES = 10_000;

/** Receipts, and the lines of each page by receipt, in reading order. */
export interface ReadReceipts {
  readonly receipts: readonly Receipt[];
  /** Of each page its lines, those of one receipt after those of another. */
  readonly parts: readonly (readonly RecognisedPage['lines'][])[];
}

/** What is on one receipt. */
interface Found {
  readonly pieces: Piece[];
  /** What only says it again. */
  readonly copies: Piece[];
  /** What its pieces say, the first one first. */
  said: Receipt;
}

/**
 * Reads the receipts of a document: several on a page, side by side or one above the other, each as {@link extractReceipt}
 * reads it; one that goes on on the next page is one, and so are a receipt and the slip of the card that it was paid with.
 * In order: page by page, top to bottom, left to right. At least one, though nothing is known of it.
 */
export function extractReceipts(
  pages: readonly RecognisedPage[],
  options: ExtractOptions = {},
): ReadReceipts {
  const count = pages.reduce((sum, { lines }) => sum + lines.length, 0);
  const pieces = count > MOST_LINES ? [] : pages.flatMap(piecesOf);
  const found: Found[] = [];
  for (const piece of pieces.length > 1 ? pieces : []) {
    const said = extractReceipt([subPage(pages, piece)], options);
    const before = found.at(-1);
    if (!before || begins(before.said, said)) found.push({ pieces: [piece], copies: [], said });
    else if (isCopy(before.said, said)) before.copies.push(piece);
    else {
      before.pieces.push(piece);
      before.said = together(before.said, said);
    }
  }
  if (found.length < 2 && !found[0]?.copies.length)
    return { receipts: [extractReceipt(pages, options)], parts: pages.map(({ lines }) => [lines]) };

  const firstOf = ({ pieces: [first] }: Found) => first?.page ?? 0;
  const ordered = pages.flatMap((_, page) =>
    inReadingOrder(
      found.filter((one) => firstOf(one) === page),
      (one) => regionOf(one, page),
    ),
  );
  const alone = (page: number) =>
    ordered.filter(({ pieces }) => pieces.some((one) => one.page === page)).length < 2;
  const receipts = ordered.map((one) => {
    const read =
      one.pieces.length === 1
        ? one.said
        : extractReceipt(
            one.pieces.map((piece) => subPage(pages, piece)),
            options,
          );
    const numbers = one.pieces.map(({ page }) => pages[page]?.number ?? page + 1);
    const first = firstOf(one);
    return {
      ...inPlace(read, placesOf(pages, one.pieces)),
      pages: [...new Set(numbers)],
      ...(!alone(first) && { region: regionOf(one, first) }),
    };
  });
  const parts = pages.map((_, page) =>
    ordered.map(({ pieces: own, copies }) =>
      [...own, ...copies].filter((piece) => piece.page === page).flatMap(({ lines }) => [...lines]),
    ),
  );
  return { receipts, parts };
}

function subPage(pages: readonly RecognisedPage[], { page, lines }: Piece): RecognisedPage {
  const whole = pages[page];
  if (!whole) throw new RangeError(`There is no page ${page}`);
  return { ...whole, lines: lines.map(({ at: _, ...line }) => line) };
}

/** The place of each line of the pieces among the lines of all pages. */
function placesOf(pages: readonly RecognisedPage[], pieces: readonly Piece[]): number[] {
  const starts: number[] = [];
  let start = 0;
  for (const { lines } of pages) {
    starts.push(start);
    start += lines.length;
  }
  return pieces.flatMap(({ page, lines }) => lines.map(({ at }) => (starts[page] ?? 0) + at));
}

/** The receipt, its lines counted through all pages. */
function inPlace(receipt: Receipt, places: readonly number[]): Receipt {
  const placed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(placed);
    if (typeof value !== 'object' || value === null) return value;
    const { lines, ...rest }: Record<string, unknown> = { ...value };
    if (!Array.isArray(lines)) return value;
    return { ...rest, lines: lines.map((line) => places[Number(line)]) };
  };
  const { pages, region, ...fields } = receipt;
  const entries = Object.entries(fields).map(([name, value]) => [name, placed(value)]);
  return { ...receipt, ...Object.fromEntries(entries) };
}

/** Where its lines are on a page. */
function regionOf({ pieces }: Found, page: number): Box {
  const lines = pieces.filter((piece) => piece.page === page).flatMap((piece) => piece.lines);
  return lines.flatMap(boxOf).reduce(union, NOWHERE);
}

function boxOf({ box, quad }: PageLine): Box[] {
  if (box) return [box];
  return quad ? [boxAround(quad)] : [];
}

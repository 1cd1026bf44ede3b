import type { Provider } from '@inkstream/contracts';
import { HttpError } from '@inkstream/service-kit';

/** A page, or a range of pages; no document has as many as 100,000. */
const PART = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/;
const SUCH_AS = 'write pages counted from 1, such as 1-3,7';

interface Range {
  readonly from: number;
  readonly to: number;
}

const lengthOf = ({ from, to }: Range): number => to - from + 1;

function rangeOf(part: string, field: string): Range {
  const [, from, to = from] = PART.exec(part) ?? [];
  const range = { from: Number(from), to: Number(to) };
  if (from === undefined || range.from > range.to)
    throw new HttpError(400, `${field}: '${part}' is neither a page nor a range of pages; ${SUCH_AS}`);
  return range;
}

/** The same pages in their order, each once. */
function inOrder(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (!last || range.from > last.to) merged.push(range);
    else if (range.to > last.to) merged[merged.length - 1] = { from: last.from, to: range.to };
  }
  return merged;
}

const written = (ranges: readonly Range[]): string =>
  ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',');

/**
 * The numbers of the pages that a text such as `1-3,7` selects, from 1, ascending.
 *
 * @throws HttpError 400 that says what `field` may hold, if it is written otherwise, out of order or with a page twice,
 *   or selects more pages than one of the providers reads.
 */
export function selectedPages(text: string, field: string, providers: readonly Provider[]): number[] {
  const trimmed = text.trim();
  if (!trimmed) throw new HttpError(400, `${field}: is empty; ${SUCH_AS}, or leave it out for all`);
  const ranges = trimmed.split(',').map((part) => rangeOf(part, field));
  if (ranges.some(({ from }, index) => from <= (ranges[index - 1]?.to ?? 0)))
    throw new HttpError(
      400,
      `${field}: is not in ascending order, or has a page twice; write ${written(inOrder(ranges))}`,
    );
  const count = ranges.reduce((sum, range) => sum + lengthOf(range), 0);
  for (const { name, limits } of providers)
    if (count > limits.maxPages)
      throw new HttpError(
        400,
        `${field}: selects ${count} pages; provider '${name}' reads ${limits.maxPages} at most`,
      );
  return ranges.flatMap((range) => Array.from({ length: lengthOf(range) }, (_, n) => range.from + n));
}

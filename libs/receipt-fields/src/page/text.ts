import type { RecognisedPage } from '@inkstream/contracts';
import { rowsOf } from '@inkstream/page-layout';
import { joinTexts } from './rows.ts';

/** The text of the pages in reading order: a line for each row, an empty line between pages. */
export function toText(pages: readonly RecognisedPage[]): string {
  return pages
    .map(({ lines }) =>
      rowsOf(lines)
        .map((row) => oneLine(joinTexts(row)))
        .join('\n'),
    )
    .join('\n\n');
}

/** Line breaks inside a line's own text would pass for rows. */
function oneLine(text: string): string {
  return text.replace(/[\n\r\u2028\u2029\v\f]+/g, ' ');
}

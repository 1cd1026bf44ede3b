import type { RecognisedPage } from '@inkstream/contracts';
import { rowsOf } from '@inkstream/page-layout';
import { joinTexts } from './rows.ts';

/**
 * The text of the pages in reading order: a line for each row, an empty line between pages. `parts` are the lines of each
 * page that belong together, such as those of one receipt of several; all of them, if they are left out.
 */
export function toText(
  pages: readonly RecognisedPage[],
  parts: readonly (readonly RecognisedPage['lines'][])[] = pages.map(({ lines }) => [lines]),
): string {
  return parts
    .map((ofPage) =>
      ofPage
        .flatMap((lines) => rowsOf(lines))
        .map((row) => oneLine(joinTexts(row)))
        .join('\n'),
    )
    .join('\n\n');
}

/** Line breaks inside a line's own text would pass for rows. */
function oneLine(text: string): string {
  return text.replace(/[\n\r\u2028\u2029\v\f]+/g, ' ');
}

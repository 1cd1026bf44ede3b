import type { DocumentErrorCode } from '../../document-error.ts';
import type { DocumentLimits } from '../../limits.ts';
import type { PageImage } from '../../page-image.ts';

/** What became of a document: its pages, or why it has none. `mixed`: some of its pages, and why not the others. */
export type Outcome = 'pages' | 'mixed' | DocumentErrorCode;

export interface Verdict {
  readonly outcome: Outcome;
  /** What must not be, whatever the document is. */
  readonly faults: readonly string[];
}

/** So many pages of a document are read. */
export const mostPagesRead = 4;

export function outcomeOf(pages: number, codes: readonly DocumentErrorCode[]): Outcome {
  return codes[0] === undefined ? 'pages' : pages > 0 ? 'mixed' : codes[0];
}

/** What is wrong with a page that was decoded. */
export function faultsOf({ data, width, height, channels }: PageImage, limits: DocumentLimits): string[] {
  const size = `${width} x ${height}`;
  return [
    ...(width >= 1 && height >= 1 && width * height <= limits.maxPagePixels ? [] : [`a page of ${size}`]),
    ...(Math.max(width, height) <= limits.maxSide ? [] : [`a page with too long a side: ${size}`]),
    ...(data.length === width * height * channels ? [] : [`${data.length} samples for a page of ${size}`]),
  ];
}

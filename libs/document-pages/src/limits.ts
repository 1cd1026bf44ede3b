import { DocumentError } from './document-error.ts';

/** The limits of a document; docs/limits.md says what was measured. */
export interface DocumentLimits {
  /** Most pixels of a picture; a larger one is refused before it is decoded. */
  readonly maxPixels: number;
  /** Most pixels of a page as it is given: a larger picture is made smaller while it is decoded. */
  readonly maxPagePixels: number;
  /** Longest side of a page, pixels; a longer one is refused before it is decoded. */
  readonly maxSide: number;
  /** Most pages of a document. */
  readonly maxPages: number;
  /** Whether every picture of a HEIC file is a page, and not its main one alone; thumbnails and the like never are. */
  readonly everyPicture: boolean;
  /** Resolution at which a PDF is rendered, dots per inch. */
  readonly dpi: number;
  /** Least longer side of a rendered PDF page, pixels: a smaller page is rendered at a higher resolution. */
  readonly minRenderedSide: number;
  /** Longest time that opening the document, and then each of its pages, may take, ms. */
  readonly pageTimeoutMs: number;
  /** Memory of the process that decodes it, MiB. */
  readonly memoryMb: number;
}

/**
 * Phones take photos of 200 million pixels. 300 dots per inch is what OCR engines are made for, and 40 million pixels
 * hold an A2 sheet of those; they take 40 MB in grey. Formats with 16-bit sizes (JPEG, GIF) hold no longer side.
 */
export const defaultLimits: DocumentLimits = {
  maxPixels: 300_000_000,
  maxPagePixels: 40_000_000,
  maxSide: 65_535,
  maxPages: 50,
  everyPicture: false,
  dpi: 300,
  minRenderedSide: 1200,
  pageTimeoutMs: 15_000,
  memoryMb: 640,
};

/** @throws DocumentError `document_too_large` if a picture has more pixels, or a longer side, than is allowed. */
export function checkPixels(width: number, height: number, { maxPixels, maxSide }: DocumentLimits): void {
  const million = (pixels: number) => Math.ceil(pixels / 100_000) / 10;
  const refuse = (allowed: string) => {
    const message = `A picture of ${width} x ${height} pixels is too large; ${allowed}`;
    throw new DocumentError('document_too_large', message);
  };
  if (width * height > maxPixels) refuse(`${million(maxPixels)} million pixels are allowed`);
  if (Math.max(width, height) > maxSide) refuse(`sides of ${maxSide} pixels are allowed`);
}

/** @throws DocumentError if the document has no pages, or more than are allowed. */
export function checkPageCount(count: number, { maxPages }: DocumentLimits): void {
  if (count < 1)
    throw new DocumentError('corrupt_document', 'The document has no pages; save or scan it anew');
  if (count > maxPages) {
    throw new DocumentError(
      'document_too_large',
      `${count} pages are too many; ${maxPages} are read at most: select some of them, or split the document`,
    );
  }
}

/** What a picture's sides are multiplied by, 1 at most, so that it has no more pixels than a page. */
export const shrinkOf = (
  width: number,
  height: number,
  { maxPagePixels }: Pick<DocumentLimits, 'maxPagePixels'>,
): number => Math.min(1, Math.sqrt(maxPagePixels / (width * height)));

import { DocumentError } from './document-error.ts';

export interface DocumentLimits {
  /** Most pixels of a page; a larger one is refused before it is decoded. */
  readonly maxPixels: number;
  /** Most pages of a document. */
  readonly maxPages: number;
  /** Resolution at which a PDF is rendered, dots an inch. */
  readonly dpi: number;
  /** Longest side of a rendered PDF page, pixels: a larger page is rendered at a lower resolution. */
  readonly maxRenderedSide: number;
}

/** 300 dots an inch is what OCR engines are made for; a photo of 40 million pixels takes 40 MB in grey. */
export const defaultLimits: DocumentLimits = {
  maxPixels: 40_000_000,
  maxPages: 50,
  dpi: 300,
  maxRenderedSide: 5000,
};

/** @throws DocumentError `document_too_large` where a page has more pixels than are allowed. */
export function checkPixels(width: number, height: number, { maxPixels }: DocumentLimits): void {
  if (width * height <= maxPixels) return;
  const million = (pixels: number) => Math.ceil(pixels / 100_000) / 10;
  throw new DocumentError(
    'document_too_large',
    `A page of ${width} x ${height} pixels is too large: ${million(maxPixels)} million pixels are allowed`,
  );
}

/** @throws DocumentError where the document has no pages, or more than are allowed. */
export function checkPageCount(count: number, { maxPages }: DocumentLimits): void {
  if (count < 1) throw new DocumentError('corrupt_document', 'The document has no pages');
  if (count > maxPages) {
    throw new DocumentError('document_too_large', `${count} pages are too many: ${maxPages} are allowed`);
  }
}

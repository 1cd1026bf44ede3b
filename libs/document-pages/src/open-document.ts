import { DocumentError } from './document-error.ts';
import { documentFormat } from './document-format.ts';
import { openHeic } from './heic.ts';
import { openImage } from './images.ts';
import { type DocumentLimits, defaultLimits } from './limits.ts';
import type { PageImage, PageSource } from './page-image.ts';
import { openPdf } from './pdf.ts';

/** A document whose pages are decoded one at a time, in any order and as often as wanted. */
export interface OpenDocument extends AsyncIterable<PageImage>, Disposable {
  readonly pageCount: number;
  /**
   * Decodes the page at `index`, from 0, upright.
   *
   * @throws DocumentError `corrupt_document` or `document_too_large`; RangeError where there is no such page.
   */
  page(index: number): Promise<PageImage>;
  /** Frees the decoder. No page may be asked for afterwards. */
  close(): void;
}

/**
 * Opens a JPEG, PNG, WebP, TIFF, GIF, AVIF, HEIC or PDF file, recognised by its bytes. The bytes must not change
 * while it is open.
 *
 * @throws DocumentError `unsupported_document` for any other file, `encrypted_document`, `corrupt_document`, or
 *   `document_too_large` where it exceeds the limits; none of its pixels has been decoded then.
 */
export async function openDocument(
  bytes: Uint8Array,
  limits: Partial<DocumentLimits> = {},
): Promise<OpenDocument> {
  const source = await openSource(bytes, { ...defaultLimits, ...limits });
  const { pageCount } = source;
  const page = async (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= pageCount) {
      throw new RangeError(`There is no page ${index} among ${pageCount}`);
    }
    return source.page(index);
  };
  return {
    pageCount,
    page,
    async *[Symbol.asyncIterator]() {
      for (let index = 0; index < pageCount; index++) yield page(index);
    },
    close: () => source.close(),
    [Symbol.dispose]: () => source.close(),
  };
}

async function openSource(bytes: Uint8Array, limits: DocumentLimits): Promise<PageSource> {
  if (bytes.length === 0) throw new DocumentError('corrupt_document', 'The file is empty');
  const format = documentFormat(bytes);
  switch (format) {
    case undefined:
      throw new DocumentError(
        'unsupported_document',
        'The file is neither an image nor a PDF that can be read',
      );
    case 'pdf':
      return openPdf(bytes, limits);
    case 'heic':
      return openHeic(bytes, limits);
    default:
      return openImage(bytes, format, limits);
  }
}

import { pageCountOf, pageOf } from './answers.ts';
import type { OpenRequest, PageRequest, StartRequest } from './decoder/main.ts';
import { DecoderProcess } from './decoder-process.ts';
import { DocumentError } from './document-error.ts';
import { documentFormat } from './document-format.ts';
import { type DocumentLimits, defaultLimits } from './limits.ts';
import type { PageImage } from './page-image.ts';

/** A document whose pages are decoded one at a time, in any order and any number of times. */
export interface OpenDocument extends AsyncIterable<PageImage>, Disposable {
  readonly pageCount: number;
  /**
   * Decodes the page at `index`, from 0, upright.
   *
   * @throws DocumentError `corrupt_document`, `document_too_large` or `timeout`; RangeError if there is no such page;
   *   the signal's reason.
   */
  page(index: number): Promise<PageImage>;
  /** Ends the decoder at once. No page may be asked for afterwards. */
  close(): void;
}

/**
 * Opens a JPEG, PNG, WebP, TIFF, GIF, AVIF, HEIC or PDF file, recognised by its bytes. A process of its own decodes it,
 * until the document is closed or the signal aborts; so it cannot read anything of another document.
 *
 * @throws DocumentError `unsupported_document` for any other file, `encrypted_document`, `corrupt_document`,
 *   `document_too_large` if it exceeds the limits; none of its pixels has been decoded then. `timeout`. The signal's
 *   reason. Error if the process cannot be started.
 */
export async function openDocument(
  bytes: Uint8Array,
  limits: Partial<DocumentLimits> = {},
  signal?: AbortSignal,
): Promise<OpenDocument> {
  if (bytes.length === 0) throw new DocumentError('corrupt_document', 'The file is empty');
  const format = documentFormat(bytes);
  if (format === undefined) {
    const message = 'The file is neither an image nor a PDF that can be read';
    throw new DocumentError('unsupported_document', message);
  }
  const all: DocumentLimits = { ...defaultLimits, ...limits };
  const decoder = new DecoderProcess(all, signal);
  const close = () => decoder.end(new Error('The document is closed'));
  try {
    await decoder.ask('Starting the decoder', { format } satisfies StartRequest);
    const opening: OpenRequest = { limits: all };
    const pageCount = pageCountOf(await decoder.ask('Opening the document', opening, bytes), all);
    return { ...pagesOf(decoder, pageCount, all), close, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

function pagesOf(decoder: DecoderProcess, pageCount: number, limits: DocumentLimits) {
  /** The process decodes one page after another. */
  let last: Promise<unknown> = Promise.resolve();
  const page = (index: number): Promise<PageImage> => {
    const decode = async () => {
      if (!Number.isInteger(index) || index < 0 || index >= pageCount) {
        throw new RangeError(`There is no page ${index} among ${pageCount}`);
      }
      return pageOf(
        await decoder.ask(`Decoding page ${index + 1}`, { page: index } satisfies PageRequest),
        limits,
      );
    };
    const decoded = last.then(decode);
    last = decoded.catch(() => {});
    return decoded;
  };
  return {
    pageCount,
    page,
    async *[Symbol.asyncIterator]() {
      for (let index = 0; index < pageCount; index++) yield page(index);
    },
  };
}

import { type Opened, openedOf, pageOf, pictureOf } from './answers.ts';
import type { OpenRequest, PageRequest, StartRequest } from './decoder/main.ts';
import { DecoderProcess } from './decoder-process.ts';
import { DocumentError } from './document-error.ts';
import { type DocumentFormat, documentFormat } from './document-format.ts';
import type { Frame } from './frames.ts';
import { type DocumentLimits, defaultLimits } from './limits.ts';
import type { Channels, PageImage } from './page-image.ts';
import type { PagePicture, PictureOptions } from './page-picture.ts';

export interface OpenOptions<C extends Channels> extends Partial<DocumentLimits> {
  /** Grey by default; RGB takes three times the memory. */
  readonly channels?: C;
}

/** A document whose pages are decoded one at a time, in any order and any number of times. */
export interface OpenDocument<C extends Channels = 1> extends AsyncIterable<PageImage<C>>, Disposable {
  readonly pageCount: number;
  /** Pictures of the file beside its pages, each of which would be a page by `everyPicture`. */
  readonly furtherPictures: number;
  /**
   * Decodes the page at `index`, from 0, upright. One that fails harms no other: the next is decoded by a new process.
   *
   * @throws DocumentError `corrupt_document`, `document_too_large` or `timeout`; RangeError if there is no such page;
   *   the signal's reason.
   */
  page(index: number): Promise<PageImage<C>>;
  /** The same as a WebP, turned, and made as small as is asked for. */
  picture(index: number, options: PictureOptions): Promise<PagePicture>;
  /** Ends the decoder at once. No page may be asked for afterwards. */
  close(): void;
}

/**
 * Opens a JPEG, PNG, WebP, TIFF, GIF, AVIF, HEIC, BMP, JPEG 2000, JPEG XL or PDF file or a mail, recognised by its bytes. A process
 * of its own decodes it,
 * until the document is closed or the signal aborts; so it cannot read anything of another document. The bytes are held
 * until then.
 *
 * @throws DocumentError `unsupported_document` for any other file, `encrypted_document`, `corrupt_document`,
 *   `document_too_large` if it exceeds the limits; none of its pixels has been decoded then. `timeout`. The signal's
 *   reason. Error if the process cannot be started.
 */
export async function openDocument<C extends Channels = 1>(
  bytes: Uint8Array,
  { channels = 1 as C, ...limits }: OpenOptions<C> = {},
  signal?: AbortSignal,
): Promise<OpenDocument<C>> {
  if (bytes.length === 0)
    throw new DocumentError('corrupt_document', 'The file is empty; upload it anew, with what is in it');
  const format = documentFormat(bytes);
  if (format === undefined) {
    const message =
      'The file is neither a picture nor a PDF nor a mail that can be read; send PDF, JPEG, PNG, HEIC, WebP, TIFF, GIF, AVIF, BMP, JPEG 2000, JPEG XL or .eml';
    throw new DocumentError('unsupported_document', message);
  }
  const all: DocumentLimits = { ...defaultLimits, ...limits };
  const opening: OpenRequest = { limits: all, channels };
  const decoder = new Decoder(format, opening, bytes, signal);
  const opened = await decoder.open();
  const pages = pagesOf(
    opened.pageCount,
    (page) => decoder.page({ page }, (answer) => pageOf(answer, all, channels)),
    (page, picture) => decoder.page({ page, picture }, (answer) => pictureOf(answer, picture)),
  );
  const close = () => decoder.close();
  return { ...opened, ...pages, close, [Symbol.dispose]: close };
}

/** Decodes a document in a process, and in another one once a page has failed: nobody knows what that left behind. */
class Decoder {
  readonly #format: DocumentFormat;
  readonly #opening: OpenRequest;
  readonly #bytes: Uint8Array;
  readonly #signal: AbortSignal | undefined;
  /** Why pages failed: none costs a second process. */
  readonly #failed = new Map<number, unknown>();
  #process: DecoderProcess | null = null;
  #closed = false;

  constructor(format: DocumentFormat, opening: OpenRequest, bytes: Uint8Array, signal?: AbortSignal) {
    this.#format = format;
    this.#opening = opening;
    this.#bytes = bytes;
    this.#signal = signal;
  }

  async open(): Promise<Opened> {
    const { limits, channels } = this.#opening;
    const started = new DecoderProcess(limits, channels, this.#signal);
    this.#process = started;
    return this.#unlessItFails(async () => {
      await started.ask('Starting the decoder', { format: this.#format } satisfies StartRequest);
      return openedOf(await started.ask('Opening the document', this.#opening, this.#bytes), limits);
    });
  }

  async page<T>(request: PageRequest, parse: (answer: Frame) => T): Promise<T> {
    const { page } = request;
    const before = this.#failed.get(page);
    if (before) throw before;
    if (!this.#process && !this.#closed) await this.open();
    try {
      return await this.#unlessItFails(async () => {
        if (!this.#process) throw new Error('The document is closed');
        return parse(await this.#process.ask(`Decoding page ${page + 1}`, request));
      });
    } catch (error) {
      this.#failed.set(page, error);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#end(new Error('The document is closed'));
  }

  async #unlessItFails<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #end(reason: Error): void {
    this.#process?.end(reason);
    this.#process = null;
  }
}

function pagesOf<C extends Channels>(
  pageCount: number,
  decode: (page: number) => Promise<PageImage<C>>,
  draw: (page: number, options: PictureOptions) => Promise<PagePicture>,
) {
  /** The process decodes one page after another. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(index: number, work: () => Promise<T>): Promise<T> => {
    const next = async () => {
      if (!Number.isInteger(index) || index < 0 || index >= pageCount) {
        throw new RangeError(`There is no page ${index} among ${pageCount}`);
      }
      return work();
    };
    const done = last.then(next);
    last = done.catch(() => {});
    return done;
  };
  const page = (index: number) => inTurn(index, () => decode(index));
  return {
    page,
    picture: (index: number, options: PictureOptions) => inTurn(index, () => draw(index, options)),
    async *[Symbol.asyncIterator]() {
      for (let index = 0; index < pageCount; index++) yield page(index);
    },
  };
}

import type { RecognisedPage, RecognisedReceipt, ResultWarning } from '@inkstream/contracts';
import { type DocumentLimits, openDocument, type PageImage } from '@inkstream/document-pages';
import { isTransient } from '@inkstream/domain';
import pMap from 'p-map';
import sharp from 'sharp';
import type { Engine, MakeCall, Recognition } from './engine.ts';
import { ProviderError, toFault } from './provider-error.ts';

/** A page to read: upright, as a file of its own. */
export interface PagePicture {
  /** Its place in the document, from 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly mimeType: 'image/jpeg' | 'image/png';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * What was read of a page. A vendor that states fields or Markdown returns them in `receipts` and `markdown`, without
 * what it does not know: what is left out follows from the lines. `raw` is its own answer, any JSON.
 */
export interface PageReading {
  /** Its lines; the size is the picture's if the vendor says no other. */
  readonly lines: RecognisedPage['lines'];
  readonly receipts?: readonly RecognisedReceipt[];
  readonly markdown?: string;
  readonly warnings?: readonly ResultWarning[];
  readonly raw?: unknown;
  /** The model that read it, as the vendor names it in its answer. */
  readonly model: string;
  readonly usage?: Recognition['usage'];
  readonly cost?: Recognition['cost'];
}

/**
 * A word that is kept until the page is read, whoever reads it then: the token of a call that the vendor has begun, so
 * that the next attempt asks for its answer and buys nothing again. Null if there is none.
 */
export interface PageNote {
  get(): Promise<string | null>;
  set(text: string): Promise<void>;
}

export interface PageCall {
  /** Aborts at a time limit, once nobody wants the document any more, and when the service stops. */
  readonly signal: AbortSignal;
  readonly note: PageNote;
}

/** What a vendor takes as a picture. */
export interface PictureLimits {
  readonly mimeType: PagePicture['mimeType'];
  /** Longest side, pixels: a larger page is made smaller. */
  readonly maxSide: number;
  /** Largest file, bytes: a larger one is made smaller. */
  readonly maxBytes: number;
}

export interface PageEngineOptions extends Pick<Engine, 'probe' | 'close' | 'limiter'> {
  readonly picture: PictureLimits;
  /** Pages of one document that are read side by side. */
  readonly sideBySide: number;
  readonly limits: Partial<DocumentLimits>;
  /**
   * Reads a page.
   *
   * @throws ProviderError: one that is permanent costs this page; any other ends the attempt.
   */
  readPage(picture: PagePicture, call: PageCall): Promise<PageReading>;
}

/** Quality of a JPEG, of 100: text stays sharp. */
const QUALITY = 90;
/** What a side shrinks by while a picture is too large a file. */
const SHRINK = 0.8;

/** The page as a file that the vendor takes. */
async function pictureOf(
  { data, width, height, channels }: PageImage,
  number: number,
  { mimeType, maxSide, maxBytes }: PictureLimits,
): Promise<PagePicture> {
  for (let side = Math.min(maxSide, Math.max(width, height)); ; side = Math.floor(side * SHRINK)) {
    const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false }).resize({
      width: side,
      height: side,
      fit: 'inside',
      withoutEnlargement: true,
    });
    const encoded = mimeType === 'image/png' ? picture.png() : picture.jpeg({ quality: QUALITY });
    const { data: bytes, info } = await encoded.toBuffer({ resolveWithObject: true });
    if (bytes.length <= maxBytes || side <= 1)
      return { number, bytes, mimeType, width: info.width, height: info.height };
  }
}

function noteOf(): PageNote {
  let note: string | null = null;
  return {
    get: async () => note,
    set: async (text) => {
      note = text;
    },
  };
}

/** A page as its result has it: as read, or why it could not be. */
interface ReadPage {
  readonly page: RecognisedPage;
  readonly reading?: PageReading;
}

/** @throws what is not the page's own fault: the attempt ends then. */
function notRead({ width, height }: Pick<PageImage, 'width' | 'height'>, error: unknown): ReadPage {
  const { code, message } = toFault(error);
  if (isTransient(code)) throw error;
  return { page: { width, height, rotation: 0, lines: [], error: { code, message } } };
}

/** Without the kit nothing is limited or counted. */
const callAtOnce: MakeCall = (call) => call();

/**
 * An engine of a vendor that reads page pictures. It opens the document, makes a picture of each page, and has several
 * read side by side. A page that cannot be read costs itself; a document of which no page could be read fails as its
 * first page did.
 */
export function pageEngine({ picture, sideBySide, limits, readPage, ...rest }: PageEngineOptions): Engine {
  return {
    ...rest,
    async recognise({ bytes }, { signal, pageRead, call = callAtOnce }) {
      const document = await openDocument(bytes, limits, signal);
      const readOne = async (index: number): Promise<ReadPage> => {
        let size = { width: 0, height: 0 };
        try {
          const image = await document.page(index);
          size = image;
          const page = await pictureOf(image, index + 1, picture);
          size = page;
          const reading = await call(() => readPage(page, { signal, note: noteOf() }));
          return { page: { ...size, rotation: 0, lines: [...reading.lines] }, reading };
        } catch (error) {
          signal.throwIfAborted();
          return notRead(size, error);
        } finally {
          pageRead();
        }
      };
      try {
        const numbers = Array.from({ length: document.pageCount }, (_, index) => index);
        const pages = await pMap(numbers, readOne, { concurrency: sideBySide });
        const readings = pages.flatMap(({ reading }) => reading ?? []);
        const [first] = readings;
        const fault = pages[0]?.page.error;
        if (!first) throw new ProviderError(fault?.code ?? 'corrupt_document', fault?.message ?? 'No pages');
        return { pages: pages.map(({ page }) => page), model: first.model };
      } finally {
        document.close();
      }
    },
  };
}

import type { ResultWarning } from '@inkstream/contracts';
import {
  type Channels,
  DocumentError,
  defaultLimits,
  isBlank,
  type OpenOptions,
  openDocument,
  type PageImage,
} from '@inkstream/document-pages';
import type { Document, Reading } from './engine.ts';
import { NO_MODEL, type PageReading } from './page-reading.ts';
import { sideBySide } from './side-by-side.ts';
import { linesOf } from './text-first/text-first.ts';

export interface ReadPagesOptions<C extends Channels> extends OpenOptions<C> {
  /** Pages that are read at once; one after another by default. */
  readonly sideBySide?: number;
  /** `read` takes the text that a page has of its own, and not its picture alone. */
  readonly takesText?: true;
}

/** Of selected pages as many may be read, however many the document has; of a HEIC file they count all its pictures. */
function limitsOf<C extends Channels>(options: OpenOptions<C>, { selected }: Reading): OpenOptions<C> {
  const { maxPages = defaultLimits.maxPages } = options;
  if (!selected) return options;
  if (selected.length > maxPages)
    throw new DocumentError(
      'document_too_large',
      `${selected.length} pages are too many; ${maxPages} are read at most: select fewer`,
    );
  return { ...options, maxPages: Number.MAX_SAFE_INTEGER, everyPicture: true };
}

const DAMAGED: ResultWarning = {
  code: 'damaged_input',
  message: 'The file is damaged: part of the page is missing',
};
const FONT_NOT_AVAILABLE: ResultWarning = {
  code: 'font_not_available',
  message: 'Some text is not in the picture of the page: its font is neither in the file nor here',
};
/** What is read of a page with nothing on it. */
export const BLANK_PAGE: PageReading = {
  lines: [],
  warnings: [{ code: 'blank', message: 'There is nothing on the page' }],
  model: NO_MODEL,
};

/** Of a file of which not all pictures are pages, unless they are selected. */
const furtherPictures = (count: number): ResultWarning => ({
  code: 'further_pictures',
  message: `The file has ${count + 1} pictures, and only its main one was read; select pages 1-${count + 1} to have all of them read`,
});

/** There is nothing to be read in the picture of a page. */
class BlankPageError extends Error {
  override readonly name = 'BlankPageError';
  readonly reading: PageReading;

  /** What is known of the page though nothing of it is drawn. */
  constructor({ text = [] }: PageImage<Channels>) {
    super();
    this.reading = text.length === 0 ? BLANK_PAGE : { lines: linesOf(text), model: NO_MODEL };
  }
}

/** Opens a document to be read page by page. @throws what `openDocument` throws. */
export const openPages = <C extends Channels = 1>(
  { bytes }: Document,
  options: OpenOptions<C>,
  reading: Reading,
) => openDocument(bytes, limitsOf(options, reading), reading.signal);

/**
 * Engines in threads import this file alone (`@inkstream/provider-kit/read-pages`): the rest of the kit would be in the
 * memory of each thread. Opens a document and has those of its pages read that are not read yet, each decoded when `read` asks for it: nothing
 * is held of a page beyond its turn. A page that can't be read costs itself, and a blank one costs no reading: `decode`
 * rejects, which `read` is to pass on. Resolves with what the engine is to return.
 *
 * @throws what `openDocument` throws; what `read` throws if it says that the provider is down; the signal's reason.
 */
export async function readPages<C extends Channels = 1>(
  document: Document,
  reading: Reading,
  { sideBySide: width = 1, takesText, ...options }: ReadPagesOptions<C>,
  read: (decode: () => Promise<PageImage<C>>, number: number) => Promise<PageReading>,
): Promise<null> {
  const opened = await openPages(document, options, reading);
  const readOne = async (number: number): Promise<void> => {
    let size = { width: 0, height: 0 };
    const warnings = opened.furtherPictures > 0 ? [furtherPictures(opened.furtherPictures)] : [];
    const decode = async () => {
      const image = await opened.page(number - 1);
      size = { width: image.width, height: image.height };
      if (image.damaged) warnings.push(DAMAGED);
      if (isBlank(image)) throw new BlankPageError(image);
      if (!takesText && image.text?.some(({ undrawn }) => undrawn)) warnings.push(FONT_NOT_AVAILABLE);
      return image;
    };
    try {
      const page = await reading.ofPages([number], () =>
        read(decode, number).catch((error): PageReading => {
          if (error instanceof BlankPageError) return error.reading;
          throw error;
        }),
      );
      reading.pageRead(number, { ...size, ...page, warnings: [...warnings, ...(page.warnings ?? [])] });
    } catch (error) {
      reading.signal.throwIfAborted();
      reading.pageFailed(number, error, size);
    }
  };
  try {
    await sideBySide(reading.opened(opened.pageCount), width, readOne);
    return null;
  } finally {
    opened.close();
  }
}

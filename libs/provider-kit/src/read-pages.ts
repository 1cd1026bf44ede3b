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

export interface ReadPagesOptions<C extends Channels> extends OpenOptions<C> {
  /** Pages that are read at once; one after another by default. */
  readonly sideBySide?: number;
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

/** There is nothing to be read on a page. */
class BlankPageError extends Error {
  override readonly name = 'BlankPageError';
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
  { sideBySide: width = 1, ...options }: ReadPagesOptions<C>,
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
      if (isBlank(image)) throw new BlankPageError();
      return image;
    };
    try {
      const page = await reading.ofPages([number], () =>
        read(decode, number).catch((error): PageReading => {
          if (error instanceof BlankPageError) return BLANK_PAGE;
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

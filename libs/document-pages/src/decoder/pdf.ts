import { type PDFiumDocument, PDFiumLibrary, type PDFiumPage } from '@hyzyla/pdfium';
import { DocumentError } from '../document-error.ts';
import { checkPageCount, checkPixels, type DocumentLimits } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';
import type { OpenSource } from './page-source.ts';

/** A PDF's unit of length, dots per inch (ISO 32000-1, 8.3.2.3). */
const pointsPerInch = 72;
/** How PDFium's wrapper words its errors FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY. */
const encryptedWords = /password|security/i;

/** Loads PDFium in WebAssembly. */
export async function loadPdfDecoder(): Promise<OpenSource> {
  const library = await PDFiumLibrary.init();
  return async (bytes, limits, channels) => {
    const document = await load(library, bytes);
    const pageCount = document.getPageCount();
    checkPageCount(pageCount, limits);
    return { pageCount, page: (index) => render(document, index, limits, channels) };
  };
}

async function load(library: PDFiumLibrary, bytes: Uint8Array): Promise<PDFiumDocument> {
  try {
    return await library.loadDocument(bytes);
  } catch (cause) {
    if (!encryptedWords.test(String(cause))) throw cause;
    throw new DocumentError('encrypted_document', 'The PDF is encrypted: only its password opens it', {
      cause,
    });
  }
}

/** The bitmap that PDFium draws on has the size that is set here, whatever the document says. */
async function render(
  document: PDFiumDocument,
  index: number,
  limits: DocumentLimits,
  channels: Channels,
): Promise<PageImage<Channels>> {
  const page = document.getPage(index);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const longer = Math.max(originalWidth, originalHeight);
  // PDFium reports a page that it cannot load as one without size.
  if (!(Math.min(originalWidth, originalHeight) > 0)) throw new Error(`Page ${index + 1} cannot be loaded`);
  const scale = Math.min(limits.dpi / pointsPerInch, limits.maxRenderedSide / longer);
  const pixels = (points: number) => Math.max(1, Math.round(points * scale));
  const [width, height] = [pixels(originalWidth), pixels(originalHeight)];
  checkPixels(width, height, limits);
  const colorSpace = channels === 1 ? 'Gray' : 'BGRA';
  const { data } = await page.render({ width, height, scale: 1, colorSpace });
  if (isOneColour(data) && (await hasDamagedPicture(document.getPage(index))))
    throw new Error(`The picture on page ${index + 1} cannot be decoded`);
  return { data: channels === 1 ? data : withoutAlpha(data), width, height, channels };
}

const isOneColour = (data: Uint8Array): boolean => data.every((value) => value === data[0]);

/** PDFium leaves out a picture that it can't decode, and says nothing of it. */
async function hasDamagedPicture(page: PDFiumPage): Promise<boolean> {
  for (const object of page.objects()) {
    if (object.type !== 'image') continue;
    const decoded = await object.render({ render: 'bitmap' }).catch(() => null);
    if (!decoded) return true;
  }
  return false;
}

/** RGB of PDFium's RGBA, in the same memory. */
function withoutAlpha(data: Uint8Array): Uint8Array {
  const pixels = data.length / 4;
  for (let pixel = 0; pixel < pixels; pixel++) data.copyWithin(3 * pixel, 4 * pixel, 4 * pixel + 3);
  return data.subarray(0, 3 * pixels);
}

import { type PDFiumDocument, PDFiumLibrary } from '@hyzyla/pdfium';
import { DocumentError } from '../document-error.ts';
import { checkPageCount, checkPixels, type DocumentLimits } from '../limits.ts';
import type { PageImage } from '../page-image.ts';
import type { OpenSource } from './page-source.ts';

/** A PDF's unit of length, dots per inch (ISO 32000-1, 8.3.2.3). */
const pointsPerInch = 72;
/** How PDFium's wrapper words its errors FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY. */
const encryptedWords = /password|security/i;

/** Loads PDFium in WebAssembly. */
export async function loadPdfDecoder(): Promise<OpenSource> {
  const library = await PDFiumLibrary.init();
  return async (bytes, limits) => {
    const document = await load(library, bytes);
    const pageCount = document.getPageCount();
    checkPageCount(pageCount, limits);
    return { pageCount, page: (index) => render(document, index, limits) };
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
async function render(document: PDFiumDocument, index: number, limits: DocumentLimits): Promise<PageImage> {
  const page = document.getPage(index);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const longer = Math.max(originalWidth, originalHeight);
  // PDFium reports a page that it cannot load as one without size.
  if (!(Math.min(originalWidth, originalHeight) > 0)) throw new Error(`Page ${index + 1} cannot be loaded`);
  const scale = Math.min(limits.dpi / pointsPerInch, limits.maxRenderedSide / longer);
  const pixels = (points: number) => Math.max(1, Math.round(points * scale));
  const [width, height] = [pixels(originalWidth), pixels(originalHeight)];
  checkPixels(width, height, limits);
  const { data } = await page.render({ width, height, scale: 1, colorSpace: 'Gray' });
  return { data, width, height, channels: 1 };
}

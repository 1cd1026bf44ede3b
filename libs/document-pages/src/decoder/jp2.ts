import { checkPixels } from '../limits.ts';
import type { OpenSource } from './page-source.ts';
import { loadPdfDecoder } from './pdf.ts';

/** The start of a JPEG 2000 codestream, and behind it the size of its reference grid (ITU-T T.800, A.5.1). */
const CODESTREAM = Buffer.from([0xff, 0x4f, 0xff, 0x51]);
const GRID = { width: 8, height: 12, left: 16, top: 20 } as const;

/** So many pixels OpenJPEG decodes within a decoder's memory: it takes 21 bytes for each. */
const MOST_DECODED = 16_000_000;
/** A unit of a PDF's page is a pixel at this resolution, dots per inch. */
const DPI = 72;

/**
 * Loads PDFium, which decodes JPEG 2000 as it is in PDFs: the file is put on a page of its size. Of a large one a half, or
 * a quarter, of each side is decoded, since the format has that of itself.
 */
export async function loadJp2Decoder(): Promise<OpenSource> {
  const openPdf = await loadPdfDecoder(nothingIsAttached);
  return async (bytes, limits, channels) => {
    const { width, height } = sizeOf(bytes);
    checkPixels(width, height, limits);
    const most = Math.min(limits.maxPagePixels, MOST_DECODED);
    const halvings = Math.max(0, Math.ceil(Math.log2((width * height) / most) / 2));
    const maxPagePixels = (width * height) / 4 ** halvings;
    const asIs = { ...limits, dpi: DPI, minRenderedSide: 1, maxPagePixels };
    return openPdf(pdfOf(bytes, width, height), asIs, channels);
  };
}

const nothingIsAttached = async (): Promise<never> => {
  throw new Error('To a picture nothing is attached');
};

/** Pixels. @throws Error if there is no codestream. */
function sizeOf(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = file.indexOf(CODESTREAM);
  if (start < 0 || start + GRID.top + 4 > file.length) throw new Error('There is no picture');
  const read = (offset: number) => file.readUInt32BE(start + offset);
  const [width, height] = [read(GRID.width) - read(GRID.left), read(GRID.height) - read(GRID.top)];
  if (!(width > 0 && height > 0)) throw new Error('The picture has no size');
  return { width, height };
}

/** A PDF whose page is the picture (ISO 32000-1, 7.4.9), without a cross-reference table: readers look for the objects. */
function pdfOf(jp2: Uint8Array, width: number, height: number): Buffer {
  const content = `q ${width} 0 0 ${height} 0 0 cm /I Do Q`;
  const start = [
    '%PDF-1.7',
    '1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj',
    '2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj',
    `3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>> endobj`,
    `4 0 obj <</Length ${content.length}>> stream`,
    content,
    'endstream endobj',
    `5 0 obj <</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/Filter/JPXDecode/SMaskInData 1/Length ${jp2.length}>> stream\n`,
  ].join('\n');
  const end = '\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF';
  return Buffer.concat([Buffer.from(start), jp2, Buffer.from(end)]);
}

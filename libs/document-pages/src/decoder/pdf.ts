import { DocumentError } from '../document-error.ts';
import { documentFormat } from '../document-format.ts';
import { checkPageCount, checkPixels, type DocumentLimits } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';
import { join, unreadable } from './join.ts';
import type { ImageDecoder, OpenSource, PageSource } from './page-source.ts';
import { type Pdf, Pdfium, type PdfPage, type PdfPicture, type Region } from './pdfium.ts';

/** A PDF's unit of length, dots per inch (ISO 32000-1, 8.3.2.3). */
const pointsPerInch = 72;

/** A document in a document in a document. */
const DEEPEST = 2;
/** Of all that is attached, bytes. */
const MOST_ATTACHED = 128 * 2 ** 20;

/**
 * Loads PDFium in WebAssembly. Pictures and PDFs that are attached are pages too, after its own: of a portfolio there are
 * only those, since its own page is a cover.
 */
export async function loadPdfDecoder(imageDecoder: ImageDecoder): Promise<OpenSource> {
  const pdfium = await Pdfium.load();
  const open = async (
    bytes: Uint8Array,
    limits: DocumentLimits,
    channels: Channels,
    depth = 0,
  ): Promise<PageSource> => {
    const opened = await openOrRepair(pdfium, bytes);
    const { pdf } = opened;
    const { pageCount } = pdf;
    checkPageCount(pageCount, limits);
    const page = async (index: number) =>
      unlessLost(
        pdf.withPage(index, (loaded) => render(loaded, limits, channels)),
        opened,
        index,
      );
    const attached: PageSource[] = [];
    let size = 0;
    for (const file of depth < DEEPEST ? pdf.attachments() : []) {
      const format = documentFormat(file);
      if (format === undefined || format === 'mail') continue;
      size += file.length;
      if (size > MOST_ATTACHED || attached.length >= limits.maxPages)
        throw new DocumentError(
          'document_too_large',
          'Too much is attached to the PDF; send what is attached by itself',
        );
      const opening =
        format === 'pdf'
          ? open(file, limits, channels, depth + 1)
          : imageDecoder(format).then((openFile) => openFile(file, limits, channels));
      attached.push(await opening.catch(unreadable));
    }
    if (attached.length === 0) return { pageCount, page };
    const own = isPortfolio(bytes) ? [] : [{ pageCount, page }];
    const joined = join([...own, ...attached]);
    checkPageCount(joined.pageCount, limits);
    return joined;
  };
  return open;
}

interface Opened {
  readonly pdf: Pdf;
  /** As PDFium reads it. */
  readonly bytes: Uint8Array;
  /** There were more pages, or there may have been. */
  readonly isCut: boolean;
}

/** PDFium finds objects by itself if tables are wrong, but not without a trailer, as of a file that was cut. */
async function openOrRepair(pdfium: Pdfium, bytes: Uint8Array): Promise<Opened> {
  try {
    return { pdf: pdfium.open(bytes), bytes, isCut: false };
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    const repaired = await (await import('./repair-pdf.ts')).repairPdf(bytes);
    if (!repaired) throw error;
    return { pdf: pdfium.open(repaired.bytes), bytes: repaired.bytes, isCut: !repaired.whole };
  }
}

/** Larger files are not copied to look at what a page draws. */
const MOST_COPIED = 16 * 2 ** 20;

/** Says that a page is damaged if what it draws is not all there. @throws Error if nothing of it is. */
function unlessLost(
  image: PageImage<Channels>,
  { pdf, bytes, isCut }: Opened,
  index: number,
): PageImage<Channels> {
  const contents = bytes.length > MOST_COPIED ? 'whole' : pdf.contents(index);
  const isLost =
    contents === 'damaged' || (contents === 'none' && saysContents(bytes, pdf.objectNumber(index)));
  const isBeforeCut = isCut && index === pdf.pageCount - 1;
  const { width, height } = image;
  // What a page draws before the cut may be stored in a way that is not looked into.
  const isUnseen = isLost || (isBeforeCut && contents !== 'none');
  if (isUnseen && isOneColour(image, { left: 0, top: 0, right: width, bottom: height }))
    throw new Error('What the page draws cannot be decoded');
  return isLost || isBeforeCut ? { ...image, damaged: true } : image;
}

/** Of the object of a page. */
const MOST_OF_PAGE = 65_536;

/** Whether a page, as an object of this number, says that it draws something. */
function saysContents(bytes: Uint8Array, number: number): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = file.lastIndexOf(`\n${number} 0 obj`);
  if (start < 0) return false;
  const end = file.indexOf('endobj', start);
  const object = file.toString('latin1', start, Math.min(end < 0 ? file.length : end, start + MOST_OF_PAGE));
  return /\/Contents\s*(\d|\[\s*\d)/.test(object);
}

const COLLECTION = '/Collection';
/** As a key of the catalogue: before a dictionary or the number of one. */
const WITH_VALUE = /^\/Collection\s*(<<|\d+\s+\d+\s+R)/;

/** Whether a PDF says that it is a collection of files (ISO 32000-1, 12.3.5), if that is not compressed. */
function isPortfolio(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = file.indexOf(COLLECTION); at >= 0; at = file.indexOf(COLLECTION, at + COLLECTION.length))
    if (WITH_VALUE.test(file.toString('latin1', at, at + 64))) return true;
  return false;
}

/** Draws a page. @throws DocumentError if a picture on it is too large. Error if it is empty but for a picture that cannot be decoded. */
function render(page: PdfPage, limits: DocumentLimits, channels: Channels): PageImage<Channels> {
  for (const picture of page.pictures()) checkPixels(picture.width, picture.height, limits);
  const scale = scaleOf(page, limits);
  const pixels = (points: number) => Math.max(1, Math.floor(points * scale));
  const [width, height] = [pixels(page.size.width), pixels(page.size.height)];
  const drawn = { data: page.render(width, height, channels), width, height, channels };
  const text = page.text(drawn);
  const image = { ...drawn, ...(text.length > 0 && { text }) };
  const isLost = ({ regionOn, decodes }: PdfPicture) => {
    const region = regionOn(width, height);
    return isOn(image, region) && isOneColour(image, region) && !decodes();
  };
  if (!page.pictures().some(isLost)) return image;
  if (isOneColour(image, { left: 0, top: 0, right: width, bottom: height }))
    throw new Error('The picture on the page cannot be decoded');
  return { ...image, damaged: true };
}

/**
 * Pixels for each point: those of the resolution, and more on a page that is small or that a picture of more pixels
 * fills, as a page may be measured in units of its own (ISO 32000-2, UserUnit), which PDFium leaves out.
 */
function scaleOf(page: PdfPage, { dpi, minRenderedSide, maxPagePixels, maxSide }: DocumentLimits): number {
  const { width, height } = page.size;
  if (!(Math.min(width, height) > 0)) throw new Error('The page has no size');
  const filling = page
    .pictures()
    .filter(({ regionOn }) => areaOf(regionOn(width, height)) > (width * height) / 2);
  const pictured = filling.reduce((most, picture) => Math.max(most, picture.width * picture.height), 0);
  const wanted = Math.max(
    dpi / pointsPerInch,
    minRenderedSide / Math.max(width, height),
    Math.sqrt(Math.min(pictured, MOST_PICTURED) / (width * height)),
  );
  const allowed = [Math.sqrt(maxPagePixels / (width * height)), maxSide / Math.max(width, height)];
  return Math.min(wanted, ...allowed);
}

/** A photo of so many pixels shows what is on it, however small its page is said to be. */
const MOST_PICTURED = 12_000_000;

const areaOf = ({ left, top, right, bottom }: Region): number => (right - left) * (bottom - top);

/** Whether anything of the region is on the page. */
const isOn = ({ width, height }: PageImage<Channels>, { left, top, right, bottom }: Region): boolean =>
  Math.max(0, left) < Math.min(width, right) && Math.max(0, top) < Math.min(height, bottom);

function isOneColour({ data, width, height, channels }: PageImage<Channels>, region: Region): boolean {
  const [left, right] = [Math.max(0, region.left), Math.min(width, region.right)];
  const [top, bottom] = [Math.max(0, region.top), Math.min(height, region.bottom)];
  const row = width * channels;
  const first = data[top * row + left * channels];
  for (let y = top; y < bottom; y++)
    for (let at = y * row + left * channels; at < y * row + right * channels; at++)
      if (data[at] !== first) return false;
  return true;
}

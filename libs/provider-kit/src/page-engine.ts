import type { DocumentLimits, PageImage } from '@inkstream/document-pages';
import sharp from 'sharp';
import type { Engine } from './engine.ts';
import type { PageCall, PageReading } from './page-reading.ts';
import { readPages } from './read-pages.ts';

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

/** What a vendor takes as a picture. */
export interface PictureLimits {
  readonly mimeType: PagePicture['mimeType'];
  /** Longest side, pixels: a larger page is made smaller. */
  readonly maxSide: number;
  /** Largest file, bytes: a larger one is made smaller. */
  readonly maxBytes: number;
}

export interface PageEngineOptions extends Pick<Engine, 'probe' | 'models' | 'close' | 'limiter'> {
  readonly picture: PictureLimits;
  /** Pages of one document that are read side by side. */
  readonly sideBySide: number;
  readonly limits: Partial<DocumentLimits>;
  /**
   * Reads a page.
   *
   * @throws ProviderError: one that is permanent costs this page; one that says that the provider is down ends the
   *   attempt; any other is tried again in the next attempt, once the other pages are read.
   */
  readPage(picture: PagePicture, call: PageCall): Promise<PageReading>;
}

/** Quality of a JPEG, of 100: text stays sharp. */
const QUALITY = 90;
/** What a side shrinks by while a picture is too large a file. */
const SHRINK = 0.8;

/** The page as a file that the vendor takes. */
async function pictureOf(
  decode: () => Promise<PageImage<3>>,
  number: number,
  { mimeType, maxSide, maxBytes }: PictureLimits,
): Promise<PagePicture> {
  // Gone once this returns, while the vendor reads for long: it is large.
  const { data, width, height, channels } = await decode();
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

/**
 * An engine of a vendor that reads page pictures. It opens the document, makes a picture of each page in colour, and has
 * several read side by side.
 */
export const pageEngine = ({
  picture,
  sideBySide,
  limits,
  readPage,
  ...rest
}: PageEngineOptions): Engine => ({
  ...rest,
  recognise: (document, reading) =>
    readPages(document, reading, { ...limits, sideBySide, channels: 3 }, async (decode, number) => {
      const page = await pictureOf(decode, number, picture);
      const { width, height } = page;
      const call = { signal: reading.signal, note: reading.note(number) };
      return { width, height, ...(await reading.call(() => readPage(page, call))) };
    }),
});

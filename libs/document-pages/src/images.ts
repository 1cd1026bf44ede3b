import sharp from 'sharp';
import { decoding } from './document-error.ts';
import type { DocumentFormat } from './document-format.ts';
import { toGreyPage } from './grey.ts';
import { checkPageCount, checkPixels, type DocumentLimits } from './limits.ts';
import type { PageSource } from './page-image.ts';

/**
 * Opens what libvips decodes. Only a TIFF's frames are pages; of an animation the first frame counts. Headers are
 * read for sizes, pixels not until a page is asked for.
 */
export async function openImage(
  bytes: Uint8Array,
  format: DocumentFormat,
  limits: DocumentLimits,
): Promise<PageSource> {
  const what = `${format.toUpperCase()} image`;
  // The limits are checked here, with the size that libvips reads from the header.
  const options = { failOn: 'error', limitInputPixels: false } as const;
  const size = async (page: number) => {
    const { width, height, pages } = await sharp(bytes, { ...options, page }).metadata();
    checkPixels(width, height, limits);
    return { pages };
  };
  const { pages = 1 } = await decoding(what, () => size(0));
  const pageCount = format === 'tiff' ? pages : 1;
  checkPageCount(pageCount, limits);
  return {
    pageCount,
    page: (page) =>
      decoding(what, async () => {
        if (page > 0) await size(page);
        return toGreyPage(sharp(bytes, { ...options, page, autoOrient: true }));
      }),
    close() {},
  };
}

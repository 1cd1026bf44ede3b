import sharp from 'sharp';
import { checkPageCount, checkPixels } from '../limits.ts';
import type { OpenSource } from './page-source.ts';
import { toPage } from './to-page.ts';

/**
 * Opens what libvips decodes. Only a TIFF's frames are pages; of an animation the first frame counts. Headers are
 * read for sizes, pixels not until a page is asked for.
 */
export const openImage: OpenSource = async (bytes, limits, channels) => {
  // The limits are checked here, with the size that libvips reads from the header.
  const options = { failOn: 'error', limitInputPixels: false } as const;
  const header = async (page: number) => {
    const metadata = await sharp(bytes, { ...options, page }).metadata();
    checkPixels(metadata.width, metadata.height, limits);
    return metadata;
  };
  const { format, pages = 1 } = await header(0);
  const pageCount = format === 'tiff' ? pages : 1;
  checkPageCount(pageCount, limits);
  return {
    pageCount,
    async page(page) {
      if (page > 0) await header(page);
      return toPage(sharp(bytes, { ...options, page, autoOrient: true }), channels);
    },
  };
};

import type { PageImage } from '@inkstream/document-pages';
import sharp from 'sharp';

/** The page turned clockwise. */
export async function turnPage(page: PageImage, degrees: 0 | 90 | 180 | 270): Promise<PageImage> {
  if (degrees === 0) return page;
  const { width, height, channels } = page;
  const { data, info } = await sharp(page.data, { raw: { width, height, channels }, limitInputPixels: false })
    .rotate(degrees)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels };
}

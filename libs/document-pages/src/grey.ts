import sharp, { type Sharp } from 'sharp';
import type { PageImage } from './page-image.ts';

// A worker reads each document once, so that a cache would only hold memory.
sharp.cache(false);

/** Ends a sharp pipeline: transparency laid on white, colours and depths of any kind brought to 8-bit grey. */
export async function toGreyPage(image: Sharp): Promise<PageImage> {
  const { data, info } = await image
    .flatten({ background: 'white' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 1 };
}

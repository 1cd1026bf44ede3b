import sharp, { type Sharp } from 'sharp';
import type { PageImage } from '../page-image.ts';

// A process decodes one document, so that a cache and threads would only hold memory.
sharp.cache(false);
sharp.concurrency(1);

/** Ends a sharp pipeline: transparency laid on white, colours and depths of any kind brought to 8-bit grey. */
export async function toGreyPage(image: Sharp): Promise<PageImage> {
  const { data, info } = await image
    .flatten({ background: 'white' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 1 };
}

import sharp, { type Sharp } from 'sharp';
import type { Channels, PageImage } from '../page-image.ts';

// A process decodes one document, so that a cache and threads would only hold memory.
sharp.cache(false);
sharp.concurrency(1);

/** Ends a sharp pipeline: transparency laid on white, colours and depths of any kind brought to 8-bit grey or RGB. */
export async function toPage(image: Sharp, channels: Channels): Promise<PageImage<Channels>> {
  const { data, info } = await image
    .flatten({ background: 'white' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels };
}

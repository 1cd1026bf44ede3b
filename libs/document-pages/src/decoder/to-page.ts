import sharp, { type Sharp } from 'sharp';
import { type DocumentLimits, shrinkOf } from '../limits.ts';
import type { Channels, PageImage } from '../page-image.ts';

// A process decodes one document, so that a cache and threads would only hold memory.
sharp.cache(false);
sharp.concurrency(1);

/** So many pixels show what is drawn, and on which ground it shows. */
export const GROUND_PIXELS = 8_000_000;

interface Size {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Makes a picture of the size as small as a page has to be, turned or not. */
export function toFit(
  image: Sharp,
  { width, height }: Size,
  limits: Pick<DocumentLimits, 'maxPagePixels'>,
): Sharp {
  const shrink = shrinkOf(width, height, limits);
  if (shrink === 1) return image;
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  let longer = Math.floor(long * shrink);
  // The other side is rounded, up at times.
  while (longer * Math.ceil((longer * short) / long) > limits.maxPagePixels) longer--;
  return image.resize({ width: longer, height: longer, fit: 'inside' });
}

/** Ends a sharp pipeline: colours and depths of any kind brought to 8-bit grey or RGB, transparency laid on `ground`. */
export async function toPage(
  image: Sharp,
  channels: Channels,
  ground = 'white',
): Promise<PageImage<Channels>> {
  const { data, info } = await image
    .flatten({ background: ground })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels };
}

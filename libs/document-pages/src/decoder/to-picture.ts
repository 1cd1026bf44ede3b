import sharp from 'sharp';
import type { Channels, PageImage } from '../page-image.ts';
import { LONGEST_SIDE, type PagePicture, type PictureOptions } from '../page-picture.ts';

/** Text stays sharp, and a page of a receipt takes 100 to 300 KB. */
const QUALITY = 80;
/** Of 0 to 6: more would take most of the time, for a tenth of the bytes. */
const EFFORT = 2;

/** Turns a page and makes it as small as is asked for, and as WebP allows; its sides are in proportion. */
export async function toPicture(
  { data, width, height, channels }: PageImage<Channels>,
  { width: most, turn }: PictureOptions,
): Promise<PagePicture> {
  const [across, down] = turn % 180 === 0 ? [width, height] : [height, width];
  const scale = Math.min(1, most / across, LONGEST_SIDE / across, LONGEST_SIDE / down);
  const size = {
    width: Math.max(1, Math.round(across * scale)),
    height: Math.max(1, Math.round(down * scale)),
  };
  const picture = await sharp(data, { raw: { width, height, channels } })
    .rotate(turn)
    .resize({ ...size, fit: 'fill' })
    .webp({ quality: QUALITY, effort: EFFORT })
    .toBuffer();
  return { data: picture, ...size };
}

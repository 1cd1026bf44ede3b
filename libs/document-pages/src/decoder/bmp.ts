import sharp, { type Sharp } from 'sharp';
import { checkPixels } from '../limits.ts';
import { bitmapHeader, decodeBitmap } from './bitmap.ts';
import { groundOf } from './ground.ts';
import type { OpenSource } from './page-source.ts';
import { GROUND_PIXELS, toFit, toPage } from './to-page.ts';

/** Of a picture of which less is there, nothing can be said. */
const LEAST_THERE = 0.1;

/** Opens a BMP file. What is missing of one that was cut off is white. */
export const openBmp: OpenSource = async (bytes, limits, channels) => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = bitmapHeader(file);
  if (!(header.width > 0 && header.height > 0)) throw new Error('The picture has no size');
  checkPixels(header.width, header.height, limits);
  return {
    pageCount: 1,
    async page() {
      const { data, share, ...raw } = decodeBitmap(file, header);
      if (share < LEAST_THERE) throw new Error('Hardly anything of the picture is there');
      const image = (): Sharp => sharp(data, { raw, limitInputPixels: false });
      // Many programs write no alpha where there is a place for it.
      const isOpaque = raw.channels === 3 || !data.some((value, at) => at % 4 === 3 && value > 0);
      const ground = isOpaque
        ? 'white'
        : await groundOf(toFit(image(), raw, { maxPagePixels: GROUND_PIXELS }));
      const shown = isOpaque && raw.channels === 4 ? image().removeAlpha() : image();
      const page = await toPage(toFit(shown, raw, limits), channels, ground);
      return { ...page, ...(share < 1 && { damaged: true }) };
    },
  };
};

import type { PageImage } from '@inkstream/ppocr';
import sharp from 'sharp';

/** Pixels of the thumbnail that pictures are compared by: a row of text changes some of them. */
const [WIDTH, HEIGHT] = [64, 160];
/** What a picture has in common with itself as a JPEG: 0.9995. Two receipts of one layout have 0.97 at most. */
const ALIKE = 0.99;

/** A thumbnail whose pixels have mean 0 and length 1, and the size of the picture, upright by EXIF. */
export interface Likeness {
  readonly pixels: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** What a picture looks like, whatever format its file has; or raw pixels. */
export async function likenessOf(picture: Uint8Array | PageImage): Promise<Likeness> {
  const { data, size } = picture instanceof Uint8Array ? await fromFile(picture) : fromPixels(picture);
  const grey = await data
    .flatten({ background: 'white' })
    .resize(WIDTH, HEIGHT, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const pixels = Float64Array.from(grey, (value) => value - mean);
  const length = Math.hypot(...pixels) || 1;
  return { pixels: pixels.map((value) => value / length), ...size };
}

async function fromFile(picture: Uint8Array) {
  const { autoOrient } = await sharp(picture, { limitInputPixels: false }).metadata();
  return { data: sharp(picture, { autoOrient: true, limitInputPixels: false }), size: autoOrient };
}

function fromPixels({ data, width, height, channels }: PageImage) {
  return {
    data: sharp(data, { raw: { width, height, channels }, limitInputPixels: false }),
    size: { width, height },
  };
}

/** Whether two pictures show the same: not if one is turned, cropped, or of another page. */
export function alike(a: Likeness, b: Likeness): boolean {
  const stretched = Math.abs(Math.log((a.width * b.height) / (a.height * b.width))) > 0.02;
  return !stretched && a.pixels.reduce((sum, value, i) => sum + value * (b.pixels[i] ?? 0), 0) >= ALIKE;
}

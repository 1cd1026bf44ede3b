import sharp from 'sharp';
import type { PageImage } from './page-image.ts';

/** 8-bit grey pixels, row by row: what the detector and the crops are made from. */
export type GreyImage = { readonly data: Uint8Array; readonly width: number; readonly height: number };

/** Degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/**
 * The page in grey by the luma weights of ITU-R BT.601 (0.299, 0.587, 0.114) in 1/256ths. A grey page is returned
 * as it is, sharing its pixels.
 */
export function toGrey(page: PageImage): GreyImage {
  const { data, width, height, channels } = page;
  if (data.length < width * height * channels) {
    throw new RangeError(`${width} x ${height} x ${channels} pixels need more than ${data.length} bytes`);
  }
  if (channels === 1) return { data, width, height };
  const grey = new Uint8Array(width * height);
  for (let i = 0, p = 0; i < grey.length; i++, p += 3) {
    grey[i] = (data[p]! * 77 + data[p + 1]! * 150 + data[p + 2]! * 29 + 128) >> 8;
  }
  return { data: grey, width, height };
}

/** Half the size: each pixel is the mean of 2 x 2. An odd last row or column is dropped. */
export function halve(image: GreyImage): GreyImage {
  const width = image.width >> 1;
  const height = image.height >> 1;
  const { data: source, width: stride } = image;
  const data = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, p = 2 * y * stride; x < width; x++, p += 2) {
      data[i++] = (source[p]! + source[p + 1]! + source[p + stride]! + source[p + stride + 1]! + 2) >> 2;
    }
  }
  return { data, width, height };
}

/** The image turned clockwise. */
export async function turnImage(image: GreyImage, turn: Turn): Promise<GreyImage> {
  if (turn === 0) return image;
  const raw = { width: image.width, height: image.height, channels: 1 } as const;
  const { data, info } = await sharp(image.data, { raw })
    .rotate(turn)
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The image stretched to `width` x `height` by Catmull-Rom with antialiasing (libvips). */
export async function resizeImage(image: GreyImage, width: number, height: number): Promise<GreyImage> {
  if (image.width === width && image.height === height) return image;
  const raw = { width: image.width, height: image.height, channels: 1 } as const;
  const data = await sharp(image.data, { raw })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return { data, width, height };
}

import { PDFDocument } from 'pdf-lib';
import sharp, { type Sharp } from 'sharp';
import type { Raster } from './raster.ts';

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif' | 'pdf';

/** EXIF orientations that are pure turns: stored upright, upside down, and turned left or right. */
export type Orientation = 1 | 3 | 6 | 8;

/** The clockwise turn that a viewer applies for each orientation (EXIF 2.32, tag 0x0112). */
const viewerTurn: Record<Orientation, number> = { 1: 0, 3: 180, 6: 90, 8: 270 };

export interface Encoding {
  format: ImageFormat;
  /** Quality of JPEG, WebP and AVIF, 1 to 100. */
  quality: number;
  /** Stores the pixels turned, with the EXIF tag that says how to turn them back. */
  orientation: Orientation;
}

/** The formats that carry the EXIF tag. */
const turnable: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'tiff'];

/**
 * The picture as a file. A grey raster stays grey if the format can.
 *
 * @throws RangeError if the format cannot hold the orientation.
 */
export async function encode(
  raster: Raster,
  { format, quality, orientation }: Encoding,
): Promise<Uint8Array> {
  const image = toSharp(raster);
  if (orientation !== 1 && !turnable.includes(format)) {
    throw new RangeError(`${format} holds no EXIF orientation`);
  }
  if (orientation !== 1) image.rotate(360 - viewerTurn[orientation]).withMetadata({ orientation });
  switch (format) {
    case 'jpeg':
      return image.jpeg({ quality }).toBuffer();
    case 'png':
      return image.png({ compressionLevel: 9 }).toBuffer();
    case 'webp':
      return image.webp({ quality }).toBuffer();
    case 'tiff':
      return image.tiff({ compression: 'deflate' }).toBuffer();
    case 'gif':
      return image.gif().toBuffer();
    case 'avif':
      return image.avif({ quality, effort: 2 }).toBuffer();
    case 'pdf':
      return pdfOfImages([raster], quality);
  }
}

function toSharp({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
}

/** A PDF with one JPEG on each page, 203 dots per inch as thermal printers have. */
export async function pdfOfImages(pages: Raster[], quality: number): Promise<Uint8Array> {
  // No metadata, since it would hold the time of making.
  const pdf = await PDFDocument.create({ updateMetadata: false });
  for (const raster of pages) {
    const image = await pdf.embedJpg(await toSharp(raster).jpeg({ quality }).toBuffer());
    const [width, height] = [(raster.width * 72) / 203, (raster.height * 72) / 203];
    pdf.addPage([width, height]).drawImage(image, { x: 0, y: 0, width, height });
  }
  return pdf.save();
}

/** A TIFF with several pages. Shorter pages are continued with white, since libvips wants one height. */
export async function tiffOfImages(pages: Raster[]): Promise<Uint8Array> {
  const width = Math.max(...pages.map((page) => page.width));
  const height = Math.max(...pages.map((page) => page.height));
  const padded = await Promise.all(
    pages.map((page) =>
      toSharp(page)
        .extend({ right: width - page.width, bottom: height - page.height, background: '#fff' })
        .png()
        .toBuffer(),
    ),
  );
  // Joining adds an alpha channel that nobody asked for.
  return sharp(padded, { join: { animated: true } })
    .removeAlpha()
    .toColourspace(pages.some((page) => page.channels === 3) ? 'srgb' : 'b-w')
    .tiff({ compression: 'deflate' })
    .toBuffer();
}

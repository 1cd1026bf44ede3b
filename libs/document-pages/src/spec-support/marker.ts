import { PDFDocument } from 'pdf-lib';
import sharp from 'sharp';
import { fixture } from './fixture.ts';

/** Bars of eight pixels from the left edge, black for a one; every row of the picture is the same. */
const bars = '1000100110100001011100010001001011011111';
const barWidth = 8;
const [width, height] = [900, 1200];

export const markedFormats = ['jpeg', 'png', 'gif', 'webp', 'tiff', 'avif', 'heic', 'pdf'] as const;
export type MarkedFormat = (typeof markedFormats)[number];

/** A document whose page is full of the marker. */
export async function markedDocument(format: MarkedFormat): Promise<Uint8Array> {
  if (format === 'heic') return fixture('marker.heic');
  const isBlack = (x: number) => bars[Math.floor(x / barWidth)] === '1';
  const grey = Uint8Array.from({ length: width * height }, (_, i) => (isBlack(i % width) ? 0 : 255));
  const image = sharp(grey, { raw: { width, height, channels: 1 } });
  return format === 'pdf' ? pdfOf(await image.png().toBuffer()) : image.toFormat(format).toBuffer();
}

/** A document without the marker, and much smaller, to be mutated. */
export async function otherDocument(format: MarkedFormat): Promise<Uint8Array> {
  if (format === 'heic') return fixture('blank.heic');
  const image = sharp({ create: { width: 392, height: 72, channels: 3, background: '#fff' } });
  return format === 'pdf' ? pdfOf(await image.png().toBuffer()) : image.toFormat(format).toBuffer();
}

/** A picture alone on its page, a pixel of 300 per inch for each of its own. */
async function pdfOf(png: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const image = await pdf.embedPng(png);
  const size = { width: (image.width * 72) / 300, height: (image.height * 72) / 300 };
  pdf.addPage([size.width, size.height]).drawImage(image, { x: 0, y: 0, ...size });
  return pdf.save({ useObjectStreams: false });
}

/** Whether one row of the marker is anywhere in the pixels, wherever their rows begin. */
export function showsMarker(pixels: Uint8Array): boolean {
  const length = bars.length * barWidth;
  for (let start = 0; start + length <= pixels.length; start++) {
    let wrong = 0;
    for (let bar = 0; bar < bars.length && wrong < 2; bar++) {
      const isBlack = (pixels[start + bar * barWidth + barWidth / 2] as number) < 128;
      if (isBlack !== (bars[bar] === '1')) wrong++;
    }
    if (wrong < 2) return true;
  }
  return false;
}

import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import type { Raster } from './receipt/raster.ts';

/** What is dark on the picture as ink of one level on a transparent ground, a PNG. */
export async function inkOnNothing({ data, width, height }: Raster, level: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: 4 * width * height }, (_, at) =>
    at % 4 === 3 ? 255 - (data[at >> 2] ?? 0) : level,
  );
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** The picture as a TIFF of 32-bit floating-point samples from 0 to `white` (TIFF 6.0, SampleFormat 3), little-endian. */
export function floatTiff({ data, width, height }: Raster, white: number): Buffer {
  const tags: [tag: number, type: 3 | 4, value: number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 32],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 0],
    [277, 3, 1],
    [278, 4, height],
    [279, 4, 4 * width * height],
    [339, 3, 3],
  ];
  const start = 8 + 2 + 12 * tags.length + 4;
  const file = Buffer.alloc(start + 4 * width * height);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(tags.length, 8);
  for (const [at, [tag, type, value]] of tags.entries()) {
    const entry = 10 + 12 * at;
    file.writeUInt16LE(tag, entry);
    file.writeUInt16LE(type, entry + 2);
    file.writeUInt32LE(1, entry + 4);
    file.writeUInt32LE(tag === 273 ? start : value, entry + 8);
  }
  for (const [at, level] of data.subarray(0, width * height).entries())
    file.writeFloatLE((level / 255) * white, start + 4 * at);
  return file;
}

/** The PNG with the checksum of its first IDAT chunk wrong: all of its data is whole. */
export function withWrongChecksum(png: Uint8Array): Buffer {
  const damaged = Buffer.from(png);
  const chunk = damaged.indexOf('IDAT');
  const end = chunk + 4 + damaged.readUInt32BE(chunk - 4);
  damaged.writeUInt32BE(~crc32(damaged.subarray(chunk, end)) >>> 0, end);
  return damaged;
}

/** The picture in the middle of a desk of so many million pixels, as a phone saves it: a baseline JPEG. */
export async function deskPhoto(picture: Uint8Array, megapixels: number): Promise<Buffer> {
  const width = 4 * Math.round(Math.sqrt((megapixels * 1e6) / 12));
  const height = (width / 4) * 3;
  const onDesk = await sharp(picture)
    .resize({ width: Math.round(width / 2), height: Math.round(height * 0.9), fit: 'inside' })
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#655' }, limitInputPixels: false })
    .composite([{ input: onDesk }])
    .jpeg({ quality: 80 })
    .toBuffer();
}

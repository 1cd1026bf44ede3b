import { crc32 } from 'node:zlib';
import { deflatedZeros } from './deflated-zeros.ts';
import { integer, type Random } from './random.ts';

/** A file that a client might send and no engine can read. */
export interface BadFile {
  /** As the client calls it; the ending may lie. */
  name: string;
  bytes: Uint8Array;
}

/** A photo whose transfer stopped: the first part of a good JPEG, header intact. */
export const truncatedJpeg = (jpeg: Uint8Array, share = 0.5): BadFile => ({
  name: 'truncated.jpg',
  bytes: jpeg.subarray(0, Math.floor(jpeg.length * share)),
});

/** A good PNG that calls itself a JPEG. */
export const pngNamedJpg = (png: Uint8Array): BadFile => ({ name: 'really-a-png.jpg', bytes: png });

/** The start of a Windows executable (DOS stub and PE signature) that calls itself a JPEG. */
export function executableNamedJpg(): BadFile {
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('MZ'), 0);
  view.setUint32(0x3c, 0x80, true);
  bytes.set(Buffer.from('This program cannot be run in DOS mode.\r\r\n$'), 0x40);
  bytes.set(Buffer.from('PE\0\0'), 0x80);
  view.setUint16(0x84, 0x8664, true);
  return { name: 'receipt.jpg', bytes };
}

export const emptyFile = (): BadFile => ({ name: 'empty.jpg', bytes: new Uint8Array(0) });

/** Bytes without any meaning, from a fuzzer's seed. */
export const randomBytes = (random: Random, length = 4096): BadFile => ({
  name: 'random.jpg',
  bytes: Uint8Array.from({ length }, () => integer(random, 0, 255)),
});

/** The first box of a HEIC photo (ISO/IEC 14496-12, `ftyp`), then a promise of more that is not kept. */
export function brokenHeic(): BadFile {
  const box = (size: number, content: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(size);
    return Buffer.concat([length, Buffer.from(content, 'latin1')]);
  };
  const bytes = Buffer.concat([box(24, 'ftypheic\0\0\0\0mif1heic'), box(4000, 'meta\0\0\0\0')]);
  return { name: 'broken.heic', bytes };
}

/** A valid picture of a single black pixel: nothing is wrong with it, and nothing is on it. */
export const onePixelPng = (): BadFile => ({
  name: 'one-pixel.png',
  bytes: blackPng(1, 1),
});

/** A small valid PNG that asks for 900 million pixels once decoded. */
export const pngBomb = (width = 30_000, height = 30_000): BadFile => ({
  name: 'bomb.png',
  bytes: blackPng(width, height),
});

/** A black PNG of one bit a pixel (PNG specification, third edition, sections 5, 10 and 11). */
function blackPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1; // bits a sample; colour type 0 is grey
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    // A row is a filter byte and its bits, all of them zero.
    chunk('IDAT', deflatedZeros(height * (1 + Math.ceil(width / 8)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

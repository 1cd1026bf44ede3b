import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { type Mutation, mutateBytes } from './bytes.ts';
import type { Chunk, Container } from './chunks.ts';
import { mutateTiff } from './tiff.ts';

/** Changes what is deflated, not how. */
const deflated: Mutation = (random, data) => {
  try {
    return deflateSync(mutateBytes(random, inflateSync(data, { maxOutputLength: 1 << 24 })));
  } catch {
    return mutateBytes(random, data);
  }
};
/** EXIF, with the TIFF that it is from the seventh byte. */
const exif: Mutation = (random, data) =>
  Buffer.concat([data.subarray(0, 6), mutateTiff(random, Buffer.from(data.subarray(6)))]);

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** PNG specification, third edition, section 5: chunks with a checksum each. */
export const png: Container = {
  types: [
    'IHDR',
    'PLTE',
    'IDAT',
    'IEND',
    'tRNS',
    'gAMA',
    'cHRM',
    'iCCP',
    'sBIT',
    'bKGD',
    'pHYs',
    'eXIf',
    'acTL',
    'fcTL',
    'fdAT',
    'zTXt',
    'iTXt',
  ],
  inside: { IDAT: deflated, eXIf: mutateTiff },
  read(file) {
    const chunks: Chunk[] = [];
    for (let at = pngSignature.length; at + 12 <= file.length; ) {
      const length = Math.min(file.readUInt32BE(at), file.length - at - 12);
      chunks.push({
        type: file.toString('latin1', at + 4, at + 8),
        data: file.subarray(at + 8, at + 8 + length),
      });
      at += 12 + length;
    }
    return chunks;
  },
  write: (chunks) =>
    Buffer.concat([
      pngSignature,
      ...chunks.flatMap(({ type, data }) => {
        const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
        return [uint32(data.length), body, uint32(crc32(body))];
      }),
    ]),
};

const scan = 0xda;
/** Markers without a length: fill bytes, restarts, start, end. */
const isAlone = (marker: number): boolean =>
  marker === 0x01 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd9);

/** ISO/IEC 10918-1, annex B: segments; that of a scan goes on to the next marker. A type is the marker, one byte. */
export const jpeg: Container = {
  types: [
    0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc9, 0xcc, 0xd0, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xe0, 0xe1, 0xe2,
    0xee, 0xfe,
  ].map((marker) => String.fromCharCode(marker)),
  inside: { '\xe1': exif },
  read(file) {
    const chunks: Chunk[] = [];
    for (let at = 0; at + 2 <= file.length && file[at] === 0xff; ) {
      const marker = file[at + 1] ?? 0;
      let end = at + 2;
      if (!isAlone(marker)) end += at + 4 <= file.length ? file.readUInt16BE(at + 2) : 2;
      if (marker === scan)
        while (
          end < file.length &&
          !(file[end] === 0xff && (file[end + 1] ?? 0) > 0 && !isRestart(file[end + 1]))
        )
          end++;
      chunks.push({
        type: String.fromCharCode(marker),
        data: file.subarray(at + (isAlone(marker) ? 2 : 4), end),
      });
      at = end;
    }
    return chunks;
  },
  write: (chunks) =>
    Buffer.concat(
      chunks.flatMap(({ type, data }) => {
        const marker = type.charCodeAt(0);
        const start = Buffer.of(0xff, marker);
        if (isAlone(marker)) return [start, data];
        const headerBytes = marker === scan ? (data[0] ?? 0) * 2 + 4 : data.length;
        const length = Math.min(65_535, 2 + headerBytes);
        return [start, Buffer.of(length >> 8, length & 255), data];
      }),
    ),
};
const isRestart = (marker: number | undefined): boolean =>
  marker !== undefined && marker >= 0xd0 && marker <= 0xd7;

/** RIFF, as in WebP: chunks of even length. */
export const webp: Container = {
  types: ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP', 'EXIF', 'XMP '],
  inside: { EXIF: mutateTiff },
  read(file) {
    const chunks: Chunk[] = [];
    for (let at = 12; at + 8 <= file.length; ) {
      const length = Math.min(file.readUInt32LE(at + 4), file.length - at - 8);
      chunks.push({
        type: file.toString('latin1', at, at + 4),
        data: file.subarray(at + 8, at + 8 + length),
      });
      at += 8 + length + (length % 2);
    }
    return chunks;
  },
  write(chunks) {
    const body = Buffer.concat(
      chunks.flatMap(({ type, data }) => [
        Buffer.from(type, 'latin1'),
        uint32(data.length).reverse(),
        data,
        Buffer.alloc(data.length % 2),
      ]),
    );
    return Buffer.concat([Buffer.from('RIFF'), uint32(body.length + 4).reverse(), Buffer.from('WEBP'), body]);
  },
};

/** GIF89a: the header with its colours, then blocks by their introducer; sub-blocks stay together. */
export const gif: Container = {
  types: ['\x21', '\x2c', '\x3b'],
  read(file) {
    const head = 13 + coloursOf(file[10]);
    const chunks: Chunk[] = [{ type: 'G', data: file.subarray(1, head) }];
    for (let at = head; at < file.length; ) {
      const type = String.fromCharCode(file[at] ?? 0);
      let end = at + 2;
      if (type === '\x2c') end = at + 11 + coloursOf(file[at + 9]);
      if (type !== '\x3b') while (end < file.length && file[end] !== 0) end += 1 + (file[end] ?? 0);
      end = Math.min(file.length, end + 1);
      chunks.push({ type, data: file.subarray(at + 1, end) });
      at = end;
    }
    return chunks;
  },
  write: (chunks) => Buffer.concat(chunks.flatMap(({ type, data }) => [Buffer.from(type, 'latin1'), data])),
};
/** Bytes of the table that a byte of flags announces. */
const coloursOf = (flags = 0): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/**
 * The pixels of a BMP file (Microsoft's BITMAPFILEHEADER, then BITMAPCOREHEADER or BITMAPINFOHEADER up to version 5), which
 * libvips as sharp ships it does not decode, and of which no package on npm decodes all kinds.
 */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** RGB or RGBA, from the top. */
  readonly data: Uint8Array;
  readonly channels: 3 | 4;
  /** The share of its rows that the file has. */
  readonly share: number;
}

/** What the headers say. */
export interface BitmapHeader {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Where the pixels begin. */
  readonly start: number;
  /** Where the colours begin, how many bytes each has, blue first, and how many there are. */
  readonly palette: readonly [start: number, bytes: number, count: number];
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
  readonly masks: readonly [number, number, number, number];
}

/** Both headers and masks have no more, but for colour profiles. */
const LEAST_BYTES = 70;
const OLD_HEADER_BYTES = 12;
const INFO_HEADER_BYTES = 40;
const [PLAIN, RLE8, RLE4, MASKS, ALPHA_MASKS] = [0, 1, 2, 3, 6];
const DEPTHS = [1, 4, 8, 16, 24, 32];

/** @throws Error if it is none of a kind that can be decoded. */
export function bitmapHeader(file: Buffer): BitmapHeader {
  if (file.length < LEAST_BYTES) throw new Error('Its headers are not whole');
  const start = file.readUInt32LE(10);
  const size = file.readUInt32LE(14);
  if (size === OLD_HEADER_BYTES) {
    const [width, height, bits] = [file.readUInt16LE(18), file.readUInt16LE(20), file.readUInt16LE(24)];
    const palette = [26, 3, 2 ** bits] as const;
    return { width, height, isTopDown: false, bits, compression: PLAIN, start, palette, masks: [0, 0, 0, 0] };
  }
  const [width, height, bits] = [file.readInt32LE(18), file.readInt32LE(22), file.readUInt16LE(28)];
  const compression = file.readUInt32LE(30);
  const isMasked = compression === MASKS || compression === ALPHA_MASKS;
  const mask = (index: number) => file.readUInt32LE(54 + 4 * index);
  const usual = bits === 16 ? ([0x7c00, 0x3e0, 0x1f] as const) : ([0xff0000, 0xff00, 0xff] as const);
  const [red, green, blue] = isMasked ? [mask(0), mask(1), mask(2)] : usual;
  const hasAlpha = compression === ALPHA_MASKS || (compression === MASKS && size > INFO_HEADER_BYTES + 12);
  const behind = size === INFO_HEADER_BYTES && isMasked ? (hasAlpha ? 16 : 12) : 0;
  return {
    ...{ width, height: Math.abs(height), isTopDown: height < 0, bits, compression, start },
    palette: [14 + size + behind, 4, file.readUInt32LE(46) || 2 ** bits],
    masks: [red, green, blue, hasAlpha ? mask(3) : 0],
  };
}

/** @throws Error if it is of no known kind. */
export function decodeBitmap(file: Buffer, header: BitmapHeader): Bitmap {
  const { width, height, bits, compression } = header;
  if (!DEPTHS.includes(bits)) throw new Error(`No bitmap has ${bits} bits`);
  if (compression === RLE8 || compression === RLE4) {
    const { indexes, share } = unpackRuns(file, header);
    const data = coloured(indexes, file, header);
    return {
      ...{ width, height, channels: 3, share },
      data: header.isTopDown ? data : flipped(data, 3 * width),
    };
  }
  if (![PLAIN, MASKS, ALPHA_MASKS].includes(compression)) throw new Error('It is compressed in another way');
  const stride = Math.ceil((width * bits) / 32) * 4;
  const channels = bits > 8 && header.masks[3] !== 0 ? 4 : 3;
  const data = new Uint8Array(width * height * channels).fill(255);
  const there = Math.min(height, Math.floor((file.length - header.start) / stride));
  for (let row = 0; row < there; row++) {
    const from = header.start + row * stride;
    const to = (header.isTopDown ? row : height - 1 - row) * width * channels;
    if (bits <= 8) data.set(coloured(unpackRow(file, from, width, bits), file, header), to);
    else unpackColours(file, from, header, data.subarray(to, to + width * channels), channels);
  }
  return { width, height, channels, data, share: there / height };
}

function unpackRow(file: Buffer, from: number, width: number, bits: number): Uint8Array {
  const perByte = 8 / bits;
  return Uint8Array.from({ length: width }, (_, x) => {
    const byte = file[from + Math.floor(x / perByte)] ?? 0;
    return (byte >> (8 - bits * (1 + (x % perByte)))) & (2 ** bits - 1);
  });
}

/** RGB of indexes into the palette; black of those beyond it. */
function coloured(
  indexes: Uint8Array,
  file: Buffer,
  { palette: [start, bytes, count] }: BitmapHeader,
): Uint8Array {
  const rgb = new Uint8Array(3 * indexes.length);
  for (const [at, index] of indexes.entries()) {
    if (index >= count) continue;
    const from = start + index * bytes;
    for (let channel = 0; channel < 3; channel++) rgb[3 * at + channel] = file[from + 2 - channel] ?? 0;
  }
  return rgb;
}

/** Pixels of 16, 24 or 32 bits. */
function unpackColours(
  file: Buffer,
  from: number,
  { bits, masks }: BitmapHeader,
  to: Uint8Array,
  channels: number,
) {
  const bytes = bits / 8;
  const parts = masks.slice(0, channels).map((mask) => {
    const shift = Math.max(0, 31 - Math.clz32(mask & -mask));
    return { shift, most: mask >>> shift || 1, mask };
  });
  for (let pixel = 0; pixel * channels < to.length; pixel++) {
    const value = file.readUIntLE(from + pixel * bytes, bytes);
    for (const [channel, { mask, shift, most }] of parts.entries())
      to[pixel * channels + channel] = Math.round((255 * ((value & mask) >>> shift)) / most);
  }
}

/** Indexes that are coded as runs, from the first row that the file has; what is skipped is of the first colour. */
function unpackRuns(file: Buffer, { width, height, start, compression }: BitmapHeader) {
  const indexes = new Uint8Array(width * height);
  const bits = compression === RLE8 ? 8 : 4;
  let [x, y, at] = [0, 0, start];
  const put = (index: number) => {
    if (x < width && y < height) indexes[y * width + x] = index;
    x++;
  };
  const half = (byte: number, second: boolean) => (bits === 8 ? byte : second ? byte & 15 : byte >> 4);
  while (y < height && at + 1 < file.length) {
    const [count = 0, value = 0] = file.subarray(at, at + 2);
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(half(value, i % 2 === 1));
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) return { indexes, share: 1 };
    else if (value === 2) {
      x += file[at] ?? 0;
      y += file[at + 1] ?? 0;
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(half(file[at + Math.floor((i * bits) / 8)] ?? 0, i % 2 === 1));
      // An even number of bytes.
      at += 2 * Math.ceil((value * bits) / 16);
    }
  }
  return { indexes, share: Math.min(1, y / height) };
}

function flipped(data: Uint8Array, rowBytes: number): Uint8Array {
  const upright = new Uint8Array(data.length);
  for (let from = 0; from < data.length; from += rowBytes)
    upright.set(data.subarray(from, from + rowBytes), data.length - rowBytes - from);
  return upright;
}

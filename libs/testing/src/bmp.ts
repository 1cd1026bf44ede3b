import type { Raster } from './receipt/raster.ts';

/** How the picture is coded: its depth, from the top or the bottom, as runs, by the older header of OS/2. */
export interface BmpKind {
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
  readonly isTopDown?: boolean;
  readonly isRuns?: boolean;
  readonly isOld?: boolean;
  /** Of 16 bits: 5, 6 and 5 by masks, and not 5 of each. */
  readonly hasMasks?: boolean;
}

const RUN = 255;

/** The picture as a BMP file in levels of grey, as many as its depth has. */
export function bmpFile({ data, width, height }: Raster, kind: BmpKind): Buffer {
  const { bits, isTopDown = false, isRuns = false, isOld = false, hasMasks = false } = kind;
  const levels = 2 ** bits;
  const colours = bits > 8 ? 0 : levels;
  const palette = Array.from({ length: colours }, (_, index) => {
    const level = Math.round((255 * index) / (levels - 1));
    return isOld ? [level, level, level] : [level, level, level, 0];
  }).flat();
  const indexOf = (x: number, y: number) => Math.round(((data[y * width + x] ?? 0) / 255) * (levels - 1));
  const rows = Array.from({ length: height }, (_, row) => {
    const y = isTopDown ? row : height - 1 - row;
    return isRuns
      ? runsOf(width, bits, (x) => indexOf(x, y))
      : rowOf(
          width,
          kind,
          (x) => data[y * width + x] ?? 0,
          (x) => indexOf(x, y),
        );
  });
  const pixels = Buffer.concat([...rows, ...(isRuns ? [Buffer.of(0, 1)] : [])]);
  const header = Buffer.alloc(isOld ? 12 : 40);
  header.writeUInt32LE(header.length, 0);
  if (isOld) {
    header.writeUInt16LE(width, 4);
    header.writeUInt16LE(height, 6);
    header.writeUInt16LE(1, 8);
    header.writeUInt16LE(bits, 10);
  } else {
    header.writeInt32LE(width, 4);
    header.writeInt32LE(isTopDown ? -height : height, 8);
    header.writeUInt16LE(1, 12);
    header.writeUInt16LE(bits, 14);
    header.writeUInt32LE(isRuns ? (bits === 8 ? 1 : 2) : hasMasks ? 3 : 0, 16);
  }
  const masks = Buffer.alloc(hasMasks ? 12 : 0);
  if (hasMasks) for (const [at, mask] of [0xf800, 0x7e0, 0x1f].entries()) masks.writeUInt32LE(mask, 4 * at);
  const start = 14 + header.length + masks.length + palette.length;
  const file = Buffer.alloc(14);
  file.write('BM');
  file.writeUInt32LE(start + pixels.length, 2);
  file.writeUInt32LE(start, 10);
  return Buffer.concat([file, header, masks, Buffer.from(palette), pixels]);
}

function rowOf(
  width: number,
  { bits, hasMasks }: BmpKind,
  levelOf: (x: number) => number,
  indexOf: (x: number) => number,
) {
  const row = Buffer.alloc(Math.ceil((width * bits) / 32) * 4);
  for (let x = 0; x < width; x++) {
    const level = levelOf(x);
    if (bits <= 8) {
      const at = Math.floor((x * bits) / 8);
      row[at] = (row[at] ?? 0) | (indexOf(x) << (8 - bits - ((x * bits) % 8)));
    } else if (bits === 16) {
      const five = level >> 3;
      row.writeUInt16LE(
        hasMasks ? (five << 11) | ((level >> 2) << 5) | five : (five << 10) | (five << 5) | five,
        2 * x,
      );
    } else row.fill(level, (x * bits) / 8, (x * bits) / 8 + 3);
  }
  return row;
}

/** A row as runs of one colour and, from the first pixel that is alone, literally. */
function runsOf(width: number, bits: number, indexOf: (x: number) => number): Buffer {
  const bytes: number[] = [];
  const both = (index: number) => (bits === 8 ? index : (index << 4) | index);
  for (let x = 0; x < width; ) {
    let end = x + 1;
    while (end < width && end - x < RUN && indexOf(end) === indexOf(x)) end++;
    if (end - x === 1 && width - x >= 3) {
      const most = Math.min(RUN - 1, width - x);
      const literal = Array.from({ length: most }, (_, at) => indexOf(x + at));
      const packed =
        bits === 8
          ? literal
          : Array.from(
              { length: Math.ceil(most / 2) },
              (_, at) => ((literal[2 * at] ?? 0) << 4) | (literal[2 * at + 1] ?? 0),
            );
      bytes.push(0, most, ...packed, ...(packed.length % 2 === 1 ? [0] : []));
      end = x + most;
    } else bytes.push(end - x, both(indexOf(x)));
    x = end;
  }
  return Buffer.from([...bytes, 0, 0]);
}

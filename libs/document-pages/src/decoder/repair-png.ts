import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, crc32, createDeflate, createInflateRaw } from 'node:zlib';

const SIGNATURE = 8;
/** Length, type and checksum of a chunk, bytes. */
const FRAME = 12;
/** The header of a zlib stream, whose checksum often lacks. */
const ZLIB_HEADER = 2;
/** Samples of a pixel, by the colour type of the header. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const PALETTE = 3;
const MOST_FILTER = 4;

/**
 * The PNG with all of its rows, those that are missing white, or of the palette's first colour: where there are none,
 * libvips repeats earlier ones. The file itself if it is interlaced, which libvips reads whole.
 */
export async function repairPng(file: Uint8Array): Promise<Uint8Array> {
  const chunks = chunksOf(Buffer.from(file.buffer, file.byteOffset, file.length));
  const header = chunks.find(({ type }) => type === 'IHDR')?.data;
  if (!header || header.length < 13 || header[12] !== 0) return file;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth = 0, colour = 0] = header.subarray(8);
  const row = 1 + Math.ceil((width * depth * (SAMPLES[colour] ?? 0)) / 8);
  const data = Buffer.concat(chunks.flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])));
  const rows = wholeRows(inflated(data.subarray(ZLIB_HEADER)), row, height, colour === PALETTE ? 0 : 0xff);
  const deflated = await buffer(Readable.from(rows).pipe(createDeflate({ level: 1 })));
  const before = chunks.slice(
    0,
    chunks.findIndex(({ type }) => type === 'IDAT'),
  );
  // An animation's frames are no pages.
  const kept = before.filter(({ type }) => type !== 'acTL' && type !== 'fcTL');
  const written = [...kept, { type: 'IDAT', data: deflated }, { type: 'IEND', data: Buffer.alloc(0) }];
  return Buffer.concat([file.subarray(0, SIGNATURE), ...written.map(chunkOf)]);
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** PNG specification, third edition, 5.3; the last one as far as it is there. */
function chunksOf(file: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE; at + 8 <= file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.push({
      type: file.toString('latin1', at + 4, at + 8),
      data: file.subarray(at + 8, at + 8 + length),
    });
    at += FRAME + length;
  }
  return chunks;
}

function chunkOf({ type, data }: Chunk): Buffer {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  chunk.writeUInt32BE(data.length);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
}

/** What can be inflated of the data, as it comes. */
async function* inflated(data: Buffer): AsyncGenerator<Buffer> {
  const stream = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH });
  stream.end(data);
  try {
    for await (const part of stream) yield part;
  } catch {
    // What follows is lost.
  }
}

/** The rows that are there, `row` bytes each with that of the filter, and as many others as make them `height`. */
async function* wholeRows(
  parts: AsyncIterable<Buffer>,
  row: number,
  height: number,
  fill: number,
): AsyncGenerator<Buffer> {
  const size = row * height;
  let seen = 0;
  for await (const part of parts) {
    const there = part.subarray(0, Math.min(size - seen, beforeWrongFilter(part, seen, row)));
    seen += there.length;
    if (there.length > 0) yield there;
    if (there.length < part.length) break;
  }
  // Of a row of which a part is there the rest is as its filter predicts.
  const rest = (row - (seen % row)) % row;
  if (rest > 0) yield Buffer.alloc(rest);
  const missing = Buffer.alloc(row, fill);
  missing[0] = 0;
  for (seen += rest; seen < size; seen += row) yield missing;
}

/** How much of a part comes before a row whose filter there is not. */
function beforeWrongFilter(part: Buffer, seen: number, row: number): number {
  for (let at = (row - (seen % row)) % row; at < part.length; at += row)
    if ((part[at] ?? 0) > MOST_FILTER) return at;
  return part.length;
}

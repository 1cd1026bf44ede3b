/** HEIF files (ISO/IEC 14496-12 and 23008-12) of pictures that were coded elsewhere, since no encoder of HEVC is at hand. */

/** Coded pictures of one size, which share a decoder configuration. */
export interface CodedPictures {
  /** The boxes `hvcC`, `colr` and `pixi` are in it. */
  readonly properties: Buffer;
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly Buffer[];
}

/** An item of a file; its id is its place in the file, from 1. */
export interface HeicItem {
  /** Which of the coded pictures it is, or the ids of the tiles that it is put together from. */
  readonly content: number | { readonly tiles: readonly number[]; readonly columns: number };
  readonly isHidden?: boolean;
  /** Of a grid: pixels, if less than its tiles have. */
  readonly size?: readonly [width: number, height: number];
  /** Quarter turns, anticlockwise. */
  readonly turned?: number;
  /** The item of which it is a thumbnail, or to which it is auxiliary. */
  readonly refers?: { readonly type: 'thmb' | 'auxl'; readonly to: number };
}

export interface HeicFileOptions {
  /** The id of the primary item; the first by default. */
  readonly primary?: number;
  /** Items that belong together, as those of a burst do (`brst`). */
  readonly groups?: readonly { readonly type: string; readonly ids: readonly number[] }[];
}

const u8 = (...values: number[]): Buffer => Buffer.from(values);
function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, 2 * at);
  return bytes;
}
function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
  return bytes;
}
function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(8 + body.length), Buffer.from(type, 'latin1'), body]);
}
const fullBox = (type: string, version: number, flags: number, ...content: Buffer[]): Buffer =>
  box(type, u8(version, 0, flags >> 8, flags & 255), ...content);

/** A box with its header, wherever it is. */
function boxOf(file: Buffer, type: string): Buffer {
  const at = file.indexOf(type, 0, 'latin1') - 4;
  if (at < 0) throw new Error(`There is no box ${type}`);
  return file.subarray(at, at + file.readUInt32BE(at));
}

/** The coded pictures of a file that libheif has written: `iloc` is of version 0, all numbers have 32 bits. */
export function codedInHeic(file: Buffer): CodedPictures {
  const [iloc, ispe] = [boxOf(file, 'iloc'), boxOf(file, 'ispe')];
  const pictures = Array.from({ length: iloc.readUInt16BE(14) }, (_, at) => {
    const item = 16 + 18 * at;
    const start = iloc.readUInt32BE(item + 4) + iloc.readUInt32BE(item + 10);
    return file.subarray(start, start + iloc.readUInt32BE(item + 14));
  });
  const properties = Buffer.concat(['hvcC', 'colr', 'pixi'].map((type) => boxOf(file, type)));
  return { properties, width: ispe.readUInt32BE(12), height: ispe.readUInt32BE(16), pictures };
}

function sizeOf({ content, size }: HeicItem, coded: CodedPictures): readonly [width: number, height: number] {
  if (size) return size;
  if (typeof content === 'number') return [coded.width, coded.height];
  const { tiles, columns } = content;
  return [columns * coded.width, (tiles.length / columns) * coded.height];
}

/** What a grid says of itself. */
function gridOf({ tiles, columns }: { tiles: readonly number[]; columns: number }, size: readonly number[]) {
  return Buffer.concat([u8(0, 1, tiles.length / columns - 1, columns - 1), u32(...size)]);
}

/** A HEIC file of the items; pictures that several of them are lie in it once. */
export function heicFile(
  coded: CodedPictures,
  items: readonly HeicItem[],
  { primary = 1, groups = [] }: HeicFileOptions = {},
): Buffer {
  const shared: Buffer[] = [];
  for (let at = 0; at < coded.properties.length; at += coded.properties.readUInt32BE(at))
    shared.push(coded.properties.subarray(at, at + coded.properties.readUInt32BE(at)));
  const properties = [...shared];
  /** The place of a property, from 1; libheif takes no file with as many as a large grid has tiles. */
  const placeOf = (property: Buffer): number =>
    1 + properties.findIndex((one) => one.equals(property)) || properties.push(property);
  const idat: Buffer[] = [];
  const placed = items.map((item, at) => {
    const size = sizeOf(item, coded);
    const isGrid = typeof item.content !== 'number';
    const own = [fullBox('ispe', 0, 0, u32(...size))];
    if (item.turned) own.push(box('irot', u8(item.turned)));
    if (item.refers?.type === 'auxl')
      own.push(fullBox('auxC', 0, 0, Buffer.from('urn:mpeg:hevc:2015:auxid:1\0')));
    const indexes = [...(isGrid ? [] : shared.keys().map((index) => index + 1))];
    indexes.push(...own.map(placeOf));
    const start = Buffer.concat(idat).length;
    if (typeof item.content !== 'number') idat.push(gridOf(item.content, size));
    return { ...item, id: at + 1, type: isGrid ? 'grid' : 'hvc1', indexes, start };
  });
  const references = placed.flatMap(({ id, content, refers }) => [
    ...(typeof content === 'number' ? [] : [{ type: 'dimg', from: id, to: content.tiles }]),
    ...(refers ? [{ type: refers.type, from: id, to: [refers.to] }] : []),
  ]);
  const associations = placed.map(({ id, indexes }) =>
    Buffer.concat([u16(id), u8(indexes.length), u16(...indexes)]),
  );
  const meta = (dataStart: number): Buffer => {
    const starts = coded.pictures.map((_, at) =>
      coded.pictures.slice(0, at).reduce((sum, { length }) => sum + length, dataStart),
    );
    const locations = placed.map(({ id, content, start }) =>
      typeof content === 'number'
        ? Buffer.concat([u16(id, 0, 0, 1), u32(starts[content] ?? 0, coded.pictures[content]?.length ?? 0)])
        : Buffer.concat([u16(id, 1, 0, 1), u32(start, 12)]),
    );
    return fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, u32(0), Buffer.from('pict'), u32(0, 0, 0), u8(0)),
      fullBox('pitm', 0, 0, u16(primary)),
      fullBox('iloc', 1, 0, u8(0x44, 0), u16(items.length), ...locations),
      fullBox(
        'iinf',
        0,
        0,
        u16(items.length),
        ...placed.map(({ id, type, isHidden }) =>
          fullBox('infe', 2, isHidden ? 1 : 0, u16(id, 0), Buffer.from(`${type}\0`)),
        ),
      ),
      // The flag: indexes of properties have 15 bits.
      box('iprp', box('ipco', ...properties), fullBox('ipma', 0, 1, u32(items.length), ...associations)),
      ...(references.length > 0
        ? [
            fullBox(
              'iref',
              0,
              0,
              ...references.map(({ type, from, to }) => box(type, u16(from, to.length), u16(...to))),
            ),
          ]
        : []),
      ...(groups.length > 0
        ? [
            box(
              'grpl',
              ...groups.map(({ type, ids }, at) =>
                fullBox(type, 0, 0, u32(1000 + at, ids.length), u32(...ids)),
              ),
            ),
          ]
        : []),
      ...(idat.length > 0 ? [box('idat', ...idat)] : []),
    );
  };
  const ftyp = box('ftyp', Buffer.from('heic'), u32(0), Buffer.from('mif1heic'));
  const head = ftyp.length + meta(0).length + 8;
  return Buffer.concat([ftyp, meta(head), box('mdat', ...coded.pictures)]);
}

/**
 * A photo that is put together from tiles, as phones save theirs: the coded pictures in turn, row by row.
 */
export function tiledHeic(
  coded: CodedPictures,
  columns: number,
  rows: number,
  item: Partial<HeicItem> = {},
): Buffer {
  const tiles = Array.from({ length: columns * rows }, (_, at) => at + 2);
  const hidden = tiles.map((_, at) => ({ content: at % coded.pictures.length, isHidden: true }));
  return heicFile(coded, [{ content: { tiles, columns }, ...item }, ...hidden]);
}

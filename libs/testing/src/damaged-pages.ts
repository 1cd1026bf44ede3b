/** The file with the JPEG at a place, counted from 1, overwritten but for its beginning: nothing of it can be decoded. */
export function withDamagedPicture(file: Uint8Array, place: number): Buffer {
  const damaged = Buffer.from(file);
  let start = -1;
  for (let found = 0; found < place; found++) {
    start = damaged.indexOf(Buffer.of(0xff, 0xd8, 0xff), start + 1);
    if (start < 0) throw new Error(`There are ${found} JPEGs`);
  }
  return damaged.fill(0, start + 3, damaged.indexOf(Buffer.of(0xff, 0xd9), start));
}

const STRIP_OFFSETS = 273;
const STRIP_BYTES = 279;

/** The TIFF (little-endian, TIFF 6.0) with the first strip of a page, counted from 1, overwritten with 0xff. */
export function withDamagedStrip(file: Uint8Array, page: number): Buffer {
  const damaged = Buffer.from(file);
  let directory = damaged.readUInt32LE(4);
  const entries = () => damaged.readUInt16LE(directory);
  for (let at = 1; at < page; at++) directory = damaged.readUInt32LE(directory + 2 + 12 * entries());
  /** The first value of a tag, SHORT or LONG. */
  const firstOf = (tag: number): number => {
    for (let entry = directory + 2; entry < directory + 2 + 12 * entries(); entry += 12) {
      if (damaged.readUInt16LE(entry) !== tag) continue;
      const bytes = damaged.readUInt16LE(entry + 2) === 3 ? 2 : 4;
      const inline = bytes * damaged.readUInt32LE(entry + 4) <= 4;
      return damaged.readUIntLE(inline ? entry + 8 : damaged.readUInt32LE(entry + 8), bytes);
    }
    throw new Error(`The page has no tag ${tag}`);
  };
  const start = firstOf(STRIP_OFFSETS);
  return damaged.fill(0xff, start, start + firstOf(STRIP_BYTES));
}

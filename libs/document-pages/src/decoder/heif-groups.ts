/**
 * Groups of pictures that show the same (ISO/IEC 23008-12, 6.8): alternatives, bursts, brackets of exposure and the
 * like, stereo pairs. libheif tells of few of them.
 */
const sameThing = ['altr', 'brst', 'eqiv', 'ster', 'aebr', 'afbr', 'dobr', 'fobr', 'wbbr'];

/** Bytes before the boxes in one: of a full box its version and flags, too. */
const headBytes = 8;
const fullHeadBytes = 12;

/** The boxes that follow one another in these bytes (ISO/IEC 14496-12, 4.2), as far as they are whole. */
function* boxesIn(bytes: Buffer): Generator<readonly [type: string, box: Buffer]> {
  for (let at = 0; at + headBytes <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length < headBytes || at + length > bytes.length) return;
    yield [bytes.toString('latin1', at + 4, at + headBytes), bytes.subarray(at, at + length)];
    at += length;
  }
}

const boxIn = (bytes: Buffer, wanted: string): Buffer =>
  boxesIn(bytes).find(([type]) => type === wanted)?.[1] ?? Buffer.alloc(0);

/** The ids of the items of each group of a file whose pictures show the same. */
export function groupsOfTheSame(file: Uint8Array): readonly ReadonlySet<number>[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const groups = boxIn(boxIn(bytes, 'meta').subarray(fullHeadBytes), 'grpl').subarray(headBytes);
  return [...boxesIn(groups)]
    .filter(([type]) => sameThing.includes(type))
    .map(([, box]) => {
      // Behind the head the group's id, and how many items there are.
      const start = fullHeadBytes + 8;
      const count = Math.floor(Math.max(0, box.length - start) / 4);
      return new Set(Array.from({ length: count }, (_, at) => box.readUInt32BE(start + 4 * at)));
    });
}

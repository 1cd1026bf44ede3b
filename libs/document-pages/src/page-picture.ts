/** How much a page is turned clockwise, degrees. */
export type Turn = 0 | 90 | 180 | 270;

/** What a picture of a page is to be like. */
export interface PictureOptions {
  /** Most pixels in a row, once turned; a page is never enlarged. */
  readonly width: number;
  readonly turn: Turn;
}

/** A page as a WebP file. */
export interface PagePicture {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A WebP has no longer side (RFC 9649, 2.6). */
export const LONGEST_SIDE = 16_383;

/** Whether the bytes begin as a WebP file does. */
export function isWebp(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return head.startsWith('RIFF') && head.endsWith('WEBP');
}

const LOSSY = 'VP8 ';
const WIDTH_AT = 26;
const WIDTH_BITS = 0x3fff;

/** The width of a lossy WebP, as its frame says (RFC 6386, 9.1), pixels; undefined if it is none. */
export function widthOf(webp: Buffer): number | undefined {
  if (!isWebp(webp) || webp.length < WIDTH_AT + 2 || webp.toString('latin1', 12, 16) !== LOSSY)
    return undefined;
  return webp.readUInt16LE(WIDTH_AT) & WIDTH_BITS;
}

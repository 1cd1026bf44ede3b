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

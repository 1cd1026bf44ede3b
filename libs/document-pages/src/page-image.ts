/** Grey (1) or RGB (3): bytes of each pixel. */
export type Channels = 1 | 3;

/** Raw pixels of an upright page: 8 bits a channel, row by row from the top left, without padding. */
export interface PageImage<C extends Channels = 1> {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: C;
  /** Part of it could not be decoded, and is missing. */
  readonly damaged?: true;
}

/** Raw pixels of an upright page: 8-bit grey, row by row from the top left, without padding. */
export interface PageImage {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1;
}

/** Raw pixels of an upright page: 8-bit grey, row by row from the top left, without padding. */
export interface PageImage {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: 1;
}

/** What each format gives: how many pages there are, and one page at a time. */
export interface PageSource {
  readonly pageCount: number;
  /** Decodes the page at `index`, from 0. Nothing is kept of it afterwards. */
  page(index: number): Promise<PageImage>;
  /** Frees what the decoder holds. */
  close(): void;
}

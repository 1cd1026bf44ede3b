/** Grey (1) or RGB (3): bytes of each pixel. */
export type Channels = 1 | 3;

/** A line of text that a file holds as such, as a PDF that a program made does. */
export interface TextLine {
  readonly text: string;
  /** Left, top, right and bottom in pixels on the page, from its font's height; right and bottom are exclusive. */
  readonly box: readonly [number, number, number, number];
  /** The name of the font of most of it: fonts may say other letters than they show. */
  readonly font: string;
  /** It is not in the picture: its font is neither in the file nor here. */
  readonly undrawn?: true;
}

/** Raw pixels of an upright page: 8 bits a channel, row by row from the top left, without padding. */
export interface PageImage<C extends Channels = 1> {
  readonly data: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly channels: C;
  /** Part of it could not be decoded, and is missing. */
  readonly damaged?: true;
  /** Lines of the file's own text, in no order: those that are upright and seen. Absent if there is none. */
  readonly text?: readonly TextLine[];
}

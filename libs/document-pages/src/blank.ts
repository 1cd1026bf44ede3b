import type { Channels, PageImage } from './page-image.ts';

/** A side of the squares in which a page is looked at, pixels: some strokes of text lie in one. */
const SQUARE = 32;
/** Levels between the darkest and the lightest pixel of a square: paper, its shadows and what JPEG adds have fewer. */
const INK = 24;

/** Whether there is nothing at all on a page, whatever shadows lie on it. The faintest stroke makes it no blank page. */
export function isBlank({ data, width, height, channels }: PageImage<Channels>): boolean {
  for (let top = 0; top < height; top += SQUARE)
    for (let left = 0; left < width; left += SQUARE) {
      const [right, bottom] = [Math.min(width, left + SQUARE), Math.min(height, top + SQUARE)];
      let [darkest, lightest] = [255, 0];
      for (let y = top; y < bottom; y++) {
        const end = (y * width + right) * channels;
        for (let at = (y * width + left) * channels; at < end; at++) {
          const level = data[at] ?? 0;
          if (level < darkest) darkest = level;
          if (level > lightest) lightest = level;
        }
      }
      if (lightest - darkest >= INK) return false;
    }
  return true;
}

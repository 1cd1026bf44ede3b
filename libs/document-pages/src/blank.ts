import type { Channels, PageImage } from './page-image.ts';

/** A side of the squares in which a page is looked at, pixels: some strokes of text lie in one. */
const SQUARE = 32;
/** Levels between the darkest and the lightest pixel of a square: paper, its shadows and what JPEG adds have fewer. */
const INK = 24;
/** Of ground without noise, as a program or a bleached scan has it, so many neighbours are of one level. */
const EVEN = 0.75;
/** On such ground the edge of the faintest stroke has more levels than a shadow, in so many pixels at least. */
const FAINT = { levels: 6, pixels: 20 };

/** Whether there is nothing at all on a page, whatever shadows lie on it. The faintest stroke makes it no blank page. */
export const isBlank = (page: PageImage<Channels>): boolean => !hasInk(page) && !hasFaintStrokes(page);

/** Whether letters stand out from ground that is so even that none could be hidden in its noise. */
function hasFaintStrokes({ data, width, height, channels }: PageImage<Channels>): boolean {
  const row = width * channels;
  let [even, edges] = [0, 0];
  for (let start = 0; start < row * height; start += row)
    for (let at = start + channels; at < start + row; at++) {
      const step = Math.abs((data[at] ?? 0) - (data[at - channels] ?? 0));
      if (step === 0) even++;
      else if (step >= FAINT.levels) edges++;
    }
  return edges >= FAINT.pixels && even >= EVEN * (row - channels) * height;
}

function hasInk({ data, width, height, channels }: PageImage<Channels>): boolean {
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
      if (lightest - darkest >= INK) return true;
    }
  return false;
}

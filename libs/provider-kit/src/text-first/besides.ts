import type { PageImage, TextLine } from '@inkstream/document-pages';

/** Beyond a line's box, of its height, so that nothing of its letters stays. */
const AROUND = 0.12;
/** Levels that make a pixel ink. */
const INK = 48;
/** What is longer, in heights of a line, is a rule or an area, no letter. */
const LONGEST_STROKE = 2.5;
/** A side of the squares in which a page is looked at, pixels. */
const SQUARE = 32;
/** So many pixels of ink in a square are no dirt; and in more than one row and column, as a dotted rule is not. */
const [LEAST_INK, LEAST_SPREAD] = [12, 6];
/** Squares that hold ink: the smallest word has two. */
const LEAST_SQUARES = 2;

/** The page without lines of its text: each is painted over in the colour around it. */
export function besides(page: PageImage, lines: readonly TextLine[]): PageImage {
  const { width, height, channels } = page;
  const data = page.data.slice();
  for (const { box } of lines) {
    const around = Math.ceil(AROUND * (box[3] - box[1])) + 1;
    const [left, top] = [Math.max(0, box[0] - around), Math.max(0, box[1] - around)];
    const [right, bottom] = [Math.min(width, box[2] + around), Math.min(height, box[3] + around)];
    const edge = (y: number) => page.data.subarray(y * width + left, y * width + right);
    const ground = mostFrequent([edge(top), edge(bottom - 1)]);
    for (let y = top; y < bottom; y++) data.fill(ground, y * width + left, y * width + right);
  }
  return { data, width, height, channels };
}

function mostFrequent(parts: readonly Uint8Array[]): number {
  const counts = new Uint32Array(256);
  // By index: these are millions.
  for (const part of parts) for (let at = 0; at < part.length; at++) counts[part[at] ?? 0]!++;
  return counts.indexOf(Math.max(...counts));
}

/** Whether there may be text on what is left of a page: ink that is neither a rule nor an area of one colour. */
export function hasInkLeft({ data, width, height }: PageImage, lines: readonly TextLine[]): boolean {
  const ground = mostFrequent([data]);
  const heights = lines.map(({ box }) => box[3] - box[1]).sort((a, b) => a - b);
  const longest = LONGEST_STROKE * (heights[heights.length >> 1] ?? SQUARE);
  const ink = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) if (Math.abs(data[at]! - ground) >= INK) ink[at] = 1;
  eraseRuns(ink, width, height, longest);
  const columns = Math.ceil(width / SQUARE);
  let squares = 0;
  for (let square = 0; square < columns * Math.ceil(height / SQUARE); square++) {
    const left = (square % columns) * SQUARE;
    const top = Math.floor(square / columns) * SQUARE;
    if (isInked(ink, width, left, top, Math.min(width, left + SQUARE), Math.min(height, top + SQUARE)))
      squares++;
    if (squares >= LEAST_SQUARES) return true;
  }
  return false;
}

/** Erases ink that runs on for long, along or down the page. Marked first, since rules cross. */
function eraseRuns(ink: Uint8Array, width: number, height: number, longest: number): void {
  const mark = (from: number, to: number, step: number) => {
    if ((to - from) / step < longest) return;
    for (let at = from; at < to; at += step) ink[at] = 2;
  };
  const follow = (start: number, count: number, step: number) => {
    let from = -1;
    for (let place = 0, at = start; place < count; place++, at += step) {
      if (ink[at]) from = from < 0 ? at : from;
      else if (from >= 0) {
        mark(from, at, step);
        from = -1;
      }
    }
    if (from >= 0) mark(from, start + count * step, step);
  };
  for (let y = 0; y < height; y++) follow(y * width, width, 1);
  for (let x = 0; x < width; x++) follow(x, height, width);
}

function isInked(
  ink: Uint8Array,
  width: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): boolean {
  let pixels = 0;
  const seen = { rows: new Set<number>(), columns: new Set<number>() };
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++)
      if (ink[y * width + x] === 1) {
        pixels++;
        seen.rows.add(y);
        seen.columns.add(x);
      }
  return pixels >= LEAST_INK && Math.min(seen.rows.size, seen.columns.size) >= LEAST_SPREAD;
}

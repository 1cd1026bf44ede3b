import type { Box, OcrLine } from '@inkstream/contracts';

export type LineWithBox = OcrLine & { readonly box: Box };
/** Whether a line has a place. A box without an area is none: some write zeros for what they do not know. */
export const hasBox = <Line extends OcrLine>(line: Line): line is Line & LineWithBox =>
  line.box !== undefined && line.box[2] > line.box[0] && line.box[3] > line.box[1];

/** Slopes up to here, pixels down per pixel right, are tried whatever the boxes speak for: about five degrees either way. */
const SLIGHT = 0.08;
/** The steepest: 45 degrees. */
const STEEPEST = 1;
const COARSE = 0.005;
/** How much steeper, or flatter if it is steep, a page may be than its boxes speak for; and by what share of that. */
const LEEWAY = 0.02;
const LEEWAY_SHARE = 0.2;
/** What a slope must win by, in pairs of level lines for each 0.01, so that a straight page stays straight. */
const COST_OF_SLOPE = 0.6;
/** What it costs, for each 0.01, that the boxes' heights speak for a steeper slope, or for a flatter one. */
const COST_OF_MISFIT = 0.6;
/** More lines than this say no more about the slope, nor do more of them about the slant of the boxes. */
const MOST_LINES = 120;
const MOST_BOXES = 60;

interface Middle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The slope of the text on the page (pixels down per pixel right): of the slopes tried, the one along which most
 * lines stand level with another one, and that fits the heights of the boxes, since the upright box of a slanted line
 * is the higher the longer the line. It is the projection profile method on the lines' middles (W. Postl, "Detection
 * of linear oblique structures and skew scan in digitized documents", 1986); the heights tell a true slope from one
 * that joins each label with the amount of the next row.
 */
export function estimateSlope(lines: readonly LineWithBox[]): number {
  const middles = lines.slice(0, MOST_LINES).map(({ box: [left, top, right, bottom] }) => ({
    x: (left + right) / 2,
    y: (top + bottom) / 2,
    width: right - left,
    height: Math.max(1, bottom - top),
  }));
  const slant = Math.min(STEEPEST, slantOf(middles));
  const heights = middles.map(({ width, height }) =>
    Math.max(1, height - (slant > SLIGHT ? slant * width : 0)),
  );
  const height = heights.sort((a, b) => a - b)[middles.length >> 1] ?? 1;
  const score = (slope: number) => {
    const steepness = Math.abs(slope);
    const cost = COST_OF_SLOPE * steepness + COST_OF_MISFIT * Math.abs(steepness - slant);
    return levelness(middles, slope, height / 3) - 100 * cost;
  };
  const slopes = slant > SLIGHT ? steepSlopes(slant) : slightSlopes(slant);
  const coarse = bestOf(slopes, score);
  return bestOf([coarse, coarse - COARSE / 2, coarse + COARSE / 2], score);
}

function slightSlopes(slant: number): number[] {
  const most = Math.ceil(Math.min(SLIGHT, slant + LEEWAY) / COARSE);
  return Array.from({ length: 2 * most + 1 }, (_, at) => (at - most) * COARSE);
}

/** Those near what the boxes speak for, either way. */
function steepSlopes(slant: number): number[] {
  const most = Math.ceil((LEEWAY + LEEWAY_SHARE * slant) / COARSE);
  const near = Array.from({ length: 2 * most + 1 }, (_, at) => slant + (at - most) * COARSE);
  return near.filter((slope) => slope <= STEEPEST).flatMap((slope) => [slope, -slope]);
}

/** The slope of the best score; of equals the flattest. */
function bestOf(slopes: readonly number[], score: (slope: number) => number): number {
  const flattestFirst = slopes.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  let best = { slope: 0, score: Number.NEGATIVE_INFINITY };
  for (const slope of flattestFirst) {
    const reached = score(slope);
    if (reached > best.score) best = { slope, score: reached };
  }
  return best.slope;
}

/** How much higher boxes get with their width: the median over pairs of lines (the Theil-Sen estimator). */
function slantOf(middles: readonly Middle[]): number {
  const boxes = middles.slice(0, MOST_BOXES);
  const slopes = boxes.flatMap((a, at) =>
    boxes.slice(at + 1).flatMap((b) => {
      const wider = a.width - b.width;
      return Math.abs(wider) > 2 * Math.min(a.height, b.height) ? [(a.height - b.height) / wider] : [];
    }),
  );
  slopes.sort((a, b) => a - b);
  return Math.max(0, slopes[slopes.length >> 1] ?? 0);
}

/** Sum over neighbours in height of how nearly level they are: 1 when exactly, 0 when `tolerance` pixels apart. */
function levelness(middles: readonly Middle[], slope: number, tolerance: number): number {
  const heights = Float64Array.from(middles, ({ x, y }) => y - slope * x).sort();
  let sum = 0;
  let above = Number.NEGATIVE_INFINITY;
  for (const height of heights) {
    sum += Math.max(0, 1 - (height - above) / tolerance);
    above = height;
  }
  return sum;
}

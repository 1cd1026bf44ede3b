import type { OcrLine } from '@inkstream/contracts';
import { estimateSlope, hasBox, type LineWithBox } from './slope-of-boxes.ts';

export type Point = readonly [x: number, y: number];

/** Where a line of text lies: the middles of its beginning and its end, and its height across. Pixels. */
export interface Place {
  readonly from: Point;
  readonly to: Point;
  readonly height: number;
}

/**
 * Where each line lies: by its quadrilateral if all lines have one, else by its box and the slope that the boxes speak
 * for. Null if not all have either.
 */
export function placesOf(lines: readonly OcrLine[]): Place[] | null {
  const byQuad = lines.map(placeOfQuad);
  if (byQuad.every((place) => place !== null)) return byQuad;
  if (!lines.every(hasBox)) return null;
  const slope = estimateSlope(lines);
  return lines.map((line) => placeOfBox(line, slope));
}

/** The height of a line across its text, pixels; of one that has but a box, of that. Null if it has neither. */
export const lineHeight = (line: OcrLine): number | null =>
  placeOfQuad(line)?.height ?? (hasBox(line) ? line.box[3] - line.box[1] : null);

const middle = ([x, y]: Point, [u, v]: Point): Point => [(x + u) / 2, (y + v) / 2];
const distance = ([x, y]: Point, [u, v]: Point): number => Math.hypot(u - x, v - y);

function placeOfQuad({ quad }: OcrLine): Place | null {
  if (!quad) return null;
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  const height = (distance(topLeft, bottomLeft) + distance(topRight, bottomRight)) / 2;
  const [from, to] = [middle(topLeft, bottomLeft), middle(topRight, bottomRight)];
  return height > 0 && distance(from, to) > 0 ? { from, to, height } : null;
}

/** The upright box of a slanted line is wider and higher than the line is long and high. */
function placeOfBox({ box: [left, top, right, bottom] }: LineWithBox, slope: number): Place {
  const [cos, sin] = [1 / Math.hypot(1, slope), Math.abs(slope) / Math.hypot(1, slope)];
  const [width, tall] = [right - left, bottom - top];
  // width = length * cos + height * sin; tall = length * sin + height * cos.
  const across = (tall * cos - width * sin) / Math.max(0.1, cos * cos - sin * sin);
  const height = Math.min(tall, Math.max(1, 0.2 * Math.min(tall, width), across));
  const half = Math.max(0.5, (width - height * sin) / 2);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return { from: [x - half, y - slope * half], to: [x + half, y + slope * half], height };
}

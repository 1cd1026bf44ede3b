import type { Box, OcrLine } from '@inkstream/contracts';

/** The box around nothing: with any other one it makes that one. */
export const NOWHERE: Box = [Infinity, Infinity, -Infinity, -Infinity];

/** The box around two. */
export const union = (a: Box, b: Box): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

/** The upright box around a quadrilateral. */
export function boxAround(quad: NonNullable<OcrLine['quad']>): Box {
  const [xs, ys] = [quad.map(([x]) => x), quad.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

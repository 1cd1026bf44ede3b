import type { Reading } from './ctc.ts';
import type { Turn } from './grey-image.ts';
import type { RotatedRect } from './min-area-rect.ts';

/** How many lines are read to tell upright from upside down: the longest, which say most. */
const probeCount = 5;
/** Lines read with this mean confidence are the right way up; there is no need to read them the other way. */
const surelyUpright = 0.85;

/** Whether the text runs up or down the page: most of the length of its boxes is tall rather than wide. */
export function isSideways(rects: readonly RotatedRect[]): boolean {
  let balance = 0;
  for (const { width, height } of rects) balance += height - width;
  return balance > 0;
}

/**
 * The clockwise turn that makes the page upright. Boxes tell sideways from level. What remains, upside down or not,
 * is told by reading the longest lines: first as upright (or turned by 90°), which on an upright page is nearly
 * always sure enough, and otherwise the other way too; the greater mean confidence wins.
 */
export async function uprightTurn(
  rects: readonly RotatedRect[],
  read: (rect: RotatedRect) => Promise<Reading>,
): Promise<Turn> {
  const sideways = isSideways(rects);
  const length = (rect: RotatedRect) => (sideways ? rect.height : rect.width);
  const probes = rects.toSorted((a, b) => length(b) - length(a)).slice(0, probeCount);
  if (probes.length === 0) return 0;
  const turns = sideways ? ([90, 270] as const) : ([0, 180] as const);
  const first = await meanConfidence(probes, turns[0], read);
  if (first >= surelyUpright) return turns[0];
  return (await meanConfidence(probes, turns[1], read)) > first ? turns[1] : turns[0];
}

async function meanConfidence(
  probes: readonly RotatedRect[],
  turn: Turn,
  read: (rect: RotatedRect) => Promise<Reading>,
): Promise<number> {
  let sum = 0;
  for (const probe of probes) sum += (await read(asIfTurned(probe, turn))).confidence;
  return sum / probes.length;
}

/** The box such that a crop of it looks as it would on the page turned clockwise. */
export function asIfTurned(rect: RotatedRect, turn: Turn): RotatedRect {
  const angle = rect.angle - (turn * Math.PI) / 180;
  return turn % 180 === 0 ? { ...rect, angle } : { ...rect, width: rect.height, height: rect.width, angle };
}

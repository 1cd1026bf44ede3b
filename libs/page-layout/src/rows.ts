import type { OcrLine } from '@inkstream/contracts';
import { placesOf } from './place.ts';
import { directionOf, type Level, straighten, turned } from './straighten.ts';

/** How much two lines may stand apart, in heights of the lower one, and still share a row. */
const SAME_ROW = 0.5;
/** Lines that overlap by more than this part of the shorter one stand one above the other. */
const OVERLAP = 0.3;
/** A line is held against so many rows above it: further ones end where it begins. */
const ROWS_ABOVE = 3;
/** No paper has more lines side by side. */
const MOST_IN_A_ROW = 1000;

interface Member<Line> {
  readonly line: Line;
  readonly level: Level;
}
interface OpenRow<Line> {
  middle: number;
  readonly members: Member<Line>[];
}

/**
 * Groups lines into rows in reading order: top to bottom, and left to right within a row, along the baselines of the
 * page, however it is tilted or bent. If not all lines of the page have a place, each is a row of its own, in the order
 * given.
 */
export function rowsOf<Line extends OcrLine>(lines: readonly Line[]): Line[][] {
  const places = placesOf(lines);
  if (!places) return lines.map((line) => [line]);
  const levels = straighten(places);
  const sorted = lines
    .map((line, at): Member<Line> => ({ line, level: levels[at]! }))
    .sort((a, b) => a.level.middle - b.level.middle || a.level.left - b.level.left);
  const rows: OpenRow<Line>[] = [];
  for (const member of sorted) {
    const row = rowFor(member, rows.slice(-ROWS_ABOVE));
    if (row) join(row, member);
    else rows.push({ middle: member.level.middle, members: [member] });
  }
  return rows.sort((a, b) => a.middle - b.middle).map(({ members }) => members.map(({ line }) => line));
}

/** The row that the line is nearest to being level with, held against its neighbours there. */
function rowFor<Line>({ level }: Member<Line>, rows: readonly OpenRow<Line>[]): OpenRow<Line> | null {
  let best: { row: OpenRow<Line>; apart: number } | null = null;
  for (const row of rows) {
    if (row.members.length >= MOST_IN_A_ROW) continue;
    const at = placeIn(row, level);
    const beside = [row.members[at - 1]?.level, row.members[at]?.level].filter(
      (other) => other !== undefined,
    );
    if (beside.some((other) => overlap(level, other) > OVERLAP)) continue;
    const nearest = beside.reduce((a, b) => (gap(level, a) <= gap(level, b) ? a : b));
    const apart = Math.abs(level.middle - nearest.middle) / Math.min(level.height, nearest.height);
    if (apart < SAME_ROW && apart < (best?.apart ?? Infinity)) best = { row, apart };
  }
  return best?.row ?? null;
}

function join<Line>(row: OpenRow<Line>, member: Member<Line>): void {
  row.members.splice(placeIn(row, member.level), 0, member);
  row.middle += (member.level.middle - row.middle) / row.members.length;
}

/** Where a line stands in a row, by binary search. */
function placeIn<Line>({ members }: OpenRow<Line>, { left }: Level): number {
  let [low, high] = [0, members.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if (members[mid]!.level.left <= left) low = mid + 1;
    else high = mid;
  }
  return low;
}

const gap = (a: Level, b: Level): number => Math.max(a.left, b.left) - Math.min(a.right, b.right);
const overlap = (a: Level, b: Level): number =>
  -gap(a, b) / Math.max(1, Math.min(a.right - a.left, b.right - b.left));

/** How far a row is below the one above it, across the text, in heights of the lower of them; 0 if nobody knows. */
export function gapBetween(above: readonly OcrLine[], below: readonly OcrLine[]): number {
  const places = placesOf([...above, ...below]);
  if (!places || above.length === 0 || below.length === 0) return 0;
  const level = turned(places, directionOf(places)).map(({ from, to, height }) => {
    return { middle: (from[1] + to[1]) / 2, height };
  });
  const mean = (of: typeof level) => of.reduce((sum, { middle }) => sum + middle, 0) / of.length;
  const height = Math.min(...level.map((line) => line.height));
  return (mean(level.slice(above.length)) - mean(level.slice(0, above.length))) / height;
}

import { dominantAngle, weightOfDirection } from './direction.ts';
import type { Place, Point } from './place.ts';
import { solve } from './solve.ts';

/** Where a line would lie were the page straight and its text level. Pixels, in a frame of its own. */
export interface Level {
  readonly left: number;
  readonly right: number;
  readonly middle: number;
  readonly height: number;
}

/** The direction of the text, radians clockwise from the right. */
export function directionOf(places: readonly Place[]): number {
  return dominantAngle(
    places.map(({ from, to, height }) => {
      const [x, y] = [to[0] - from[0], to[1] - from[1]];
      return { angle: Math.atan2(y, x), weight: weightOfDirection(Math.hypot(x, y), height) };
    }),
  );
}

/** The places with the text turned level. */
export function turned(places: readonly Place[], direction: number): Place[] {
  const [cos, sin] = [Math.cos(direction), Math.sin(direction)];
  const turn = ([x, y]: Point): Point => [x * cos + y * sin, y * cos - x * sin];
  return places.map(({ from, to, height }) => ({ from: turn(from), to: turn(to), height }));
}

/**
 * How baselines may run on a page whose text was turned level, by place (x, y) on it, -1 to 1; and how many of its
 * halves each may move text by at an edge: a tilt that is left, the bow and the wave of a curled roll, perspective, and
 * how these change down the page.
 */
const SHAPES: readonly { readonly at: (x: number, y: number) => number; readonly most: number }[] = [
  { at: (x) => x, most: 0.3 },
  { at: (x) => x * x, most: 0.1 },
  { at: (x) => x * x * x, most: 0.05 },
  { at: (x, y) => x * y, most: 0.2 },
  { at: (x, y) => x * x * y, most: 0.05 },
  { at: (x, y) => x * y * y, most: 0.05 },
];
/** Tilts that are tried beside what the lines themselves say, which leads astray on crushed paper: slopes, up and down. */
const TILTS = Array.from({ length: 17 }, (_, at) => (at - 8) / 64);
/** By what share more lines have to be level then. */
const BETTER = 1.2;
/** How exactly both ends of a line lie on one baseline, and two neighbours in a row: in heights. */
const OF_A_LINE = 0.12;
const OF_A_ROW = 0.2;
/** Lines that fit worse than so many times that count less and less (Cauchy's weights), the measure tightened in steps. */
const LENIENCE = [8, 4, 2, 2];
/** How far apart lines may lie, in heights, and be taken for neighbours in a row while baselines are still sought. */
const NEIGHBOURS = 0.35;
/** Neighbours in a row are looked for among so many lines that are next in height. */
const LOOKED_AT = 6;
/** More lines say no more of the paper. */
const MOST_FITTED = 1000;

/** Two points on one baseline, and how exactly, pixels. */
interface Constraint {
  readonly shapes: readonly number[];
  readonly drop: number;
  readonly exact: number;
}

/**
 * Dewarps a page: turns its text level, and fits a smooth field of baselines to its lines, along which their ends are at
 * one height, and so are neighbours in a row. The least squares of "Page dewarping" (M. Zucker, 2016) on lines that are
 * read already, with the polynomial of a sheet that was photographed askew and is bent across its text.
 */
export function straighten(places: readonly Place[]): Level[] {
  const level = turned(places, directionOf(places));
  const frame = frameOf(level);
  const at = ([x, y]: Point): number[] => {
    const [across, down] = [(x - frame.x) / frame.half, (y - frame.y) / frame.half];
    return SHAPES.map((shape) => shape.at(across, down));
  };
  const constraint = (a: Point, b: Point, exact: number): Constraint => {
    const [from, to] = [at(a), at(b)];
    return { shapes: from.map((value, k) => to[k]! - value), drop: b[1] - a[1], exact };
  };
  const levelsBy = (bends: readonly number[], of: readonly Place[] = level): Level[] =>
    of.map(({ from, to, height }) => {
      const centre: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
      const middle = centre[1] + dot(at(centre), bends);
      return { left: Math.min(from[0], to[0]), right: Math.max(from[0], to[0]), middle, height };
    });
  const ofLines = some(level).map(({ from, to, height }) => constraint(from, to, OF_A_LINE * height));
  const refined = (first: Level[]): Level[] => {
    let levels = first;
    for (let round = 0; round < 2; round++) {
      const ofRows = some(neighbours(levels)).map(([a, b]) =>
        constraint(level[a]!.to, level[b]!.from, OF_A_ROW * Math.min(level[a]!.height, level[b]!.height)),
      );
      levels = levelsBy(fit([...ofLines, ...ofRows], frame.half));
    }
    return levels;
  };
  const byLines = refined(levelsBy(fit(ofLines, frame.half)));
  const tilts = TILTS.map((slope) => SHAPES.map((_, k) => (k === 0 ? -slope * frame.half : 0)));
  const byRows = refined(levelsBy(best(tilts, (bends) => agreementOf(levelsBy(bends, some(level))))));
  return agreementOf(byRows) > BETTER * agreementOf(byLines) ? byRows : byLines;
}

function best<T>(candidates: readonly T[], score: (candidate: T) => number): T {
  const scored = candidates.map((candidate) => ({ candidate, score: score(candidate) }));
  return scored.reduce((a, b) => (b.score > a.score ? b : a)).candidate;
}

/** As many as are fitted, from all over. */
function some<T>(values: readonly T[]): readonly T[] {
  const step = Math.ceil(values.length / MOST_FITTED);
  return step > 1 ? values.filter((_, at) => at % step === 0) : values;
}

function dot(values: readonly number[], others: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < others.length; k++) sum += values[k]! * others[k]!;
  return sum;
}

/** How nearly level the lines are with their neighbours in height: rows that hold together. */
function agreementOf(levels: readonly Level[]): number {
  const sorted = levels.toSorted((a, b) => a.middle - b.middle);
  let sum = 0;
  for (let at = 1; at < sorted.length; at++) {
    const [above, below] = [sorted[at - 1]!, sorted[at]!];
    sum += Math.max(
      0,
      1 - (below.middle - above.middle) / (NEIGHBOURS * Math.min(above.height, below.height)),
    );
  }
  return sum;
}

function frameOf(places: readonly Place[]): { x: number; y: number; half: number } {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { from, to } of places) {
    left = Math.min(left, from[0], to[0]);
    right = Math.max(right, from[0], to[0]);
    top = Math.min(top, from[1], to[1]);
    bottom = Math.max(bottom, from[1], to[1]);
  }
  const half = Math.max(1, right - left, bottom - top) / 2;
  return { x: (left + right) / 2, y: (top + bottom) / 2, half };
}

/** How much of each of the first shapes bends the page, pixels: least squares, held to what paper does. */
function fit(constraints: readonly Constraint[], half: number, count = SHAPES.length): number[] {
  const shapes = SHAPES.slice(0, count);
  let bends = shapes.map(() => 0);
  for (const lenience of LENIENCE) {
    const matrix = shapes.map(({ most }, k) => shapes.map((_, j) => (j === k ? 1 / (most * half) ** 2 : 0)));
    const wanted = shapes.map(() => 0);
    for (const { shapes: values, drop, exact } of constraints) {
      const miss = (drop + dot(values, bends)) / (lenience * exact);
      const weight = 1 / (exact * exact * (1 + miss * miss));
      for (let k = 0; k < count; k++) {
        const share = weight * values[k]!;
        wanted[k]! -= share * drop;
        for (let j = 0; j < count; j++) matrix[k]![j]! += share * values[j]!;
      }
    }
    bends = solve(matrix, wanted);
  }
  return bends;
}

/** Of each line the next one to its right that is nearly level with it. */
function neighbours(levels: readonly Level[]): [number, number][] {
  const order = levels.map((_, at) => at).sort((a, b) => levels[a]!.middle - levels[b]!.middle);
  return order.flatMap((at, place): [number, number][] => {
    const line = levels[at]!;
    let next: number | null = null;
    for (let near = Math.max(0, place - LOOKED_AT); near <= place + LOOKED_AT; near++) {
      const other = levels[order[near] ?? -1];
      if (!other || other.left < line.right) continue;
      const apart = Math.abs(other.middle - line.middle) / Math.min(other.height, line.height);
      if (apart < NEIGHBOURS && (next === null || other.left < levels[next]!.left)) next = order[near]!;
    }
    return next === null ? [] : [[at, next]];
  });
}

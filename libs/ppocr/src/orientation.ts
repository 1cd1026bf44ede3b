import { dominantAngle, turnTo, weightOfDirection } from '@inkstream/page-layout';
import type { Reading } from './ctc.ts';
import type { Turn } from './grey-image.ts';
import type { RotatedRect } from './min-area-rect.ts';

/** How many lines are read to tell upright from upside down: the longest, which say most. */
const probeCount = 5;
/** Lines read with this mean confidence are the right way up; there is no need to read them the other way. */
const surelyUpright = 0.85;
/** An upright page stays unless it is so much surer upside down: it may be in a script that nobody reads. */
const surelyTurned = 0.15;
/** A box this many times as long as it is wide shows which way its text runs. */
const elongated = 1.5;
const quarter = Math.PI / 2;

/** The way that most text runs, forwards or backwards: radians clockwise from the right, in (-90°, 90°]. */
export function axisOf(rects: readonly RotatedRect[]): number {
  const angles = rects.map(({ width, height, angle }) => {
    const [long, short] = [Math.max(width, height), Math.min(width, height)];
    return {
      angle: width < height ? angle - quarter : angle,
      weight: weightOfDirection(long, short),
    };
  });
  return dominantAngle(angles, Math.PI);
}

/**
 * The same box with its width along its text: an elongated one as it lies, any other as near to the direction of the
 * page's text as its sides allow.
 */
export function alongText(rect: RotatedRect, direction: number): RotatedRect {
  const { width, height, angle } = rect;
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const step = long >= elongated * short ? Math.PI : quarter;
  const first = step === Math.PI && width < height ? angle - quarter : angle;
  const turned = direction + turnTo(direction, first, step);
  return Math.round((turned - angle) / quarter) % 2 === 0
    ? { ...rect, angle: turned }
    : { ...rect, width: height, height: width, angle: turned };
}

/** The clockwise turn of the page, by quarters, after which text of a direction runs to the right, more or less. */
export function turnFor(direction: number): Turn {
  const quarters = -Math.round(direction / quarter);
  return ([0, 90, 180, 270] as const)[((quarters % 4) + 4) % 4] ?? 0;
}

/**
 * The direction of the text, radians clockwise from the right. Boxes tell its axis. What remains, forwards or backwards,
 * is told by reading the longest lines: first the way that is nearer to upright, which on an upright page is nearly
 * always sure enough, and otherwise the other way too; the greater mean confidence wins.
 */
export async function directionOf(
  rects: readonly RotatedRect[],
  read: (rect: RotatedRect, direction: number) => Promise<Pick<Reading, 'confidence'>>,
): Promise<number> {
  const length = ({ width, height }: RotatedRect) => Math.max(width, height);
  const probes = rects.toSorted((a, b) => length(b) - length(a)).slice(0, probeCount);
  if (probes.length === 0) return 0;
  const forwards = axisOf(rects);
  const backwards = turnTo(0, forwards + Math.PI);
  const confidence = async (direction: number) => {
    let sum = 0;
    for (const probe of probes) sum += (await read(probe, direction)).confidence;
    return sum / probes.length;
  };
  const first = await confidence(forwards);
  if (first >= surelyUpright) return forwards;
  const needed = first + (turnFor(forwards) === 0 ? surelyTurned : 0);
  return (await confidence(backwards)) > needed ? backwards : forwards;
}

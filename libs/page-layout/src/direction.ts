/** An angle in radians, and how much it counts. */
export interface WeightedAngle {
  readonly angle: number;
  readonly weight: number;
}

/** Steps of three degrees of a full turn. */
const STEPS = 120;
/** What is further from the most frequent angle, as a share of the period, has no part in the mean. */
const NEARLY = 1 / 24;

/**
 * The mean of the angles near the most frequent one, modulo `period`: a full turn, or half of one for lines of which
 * nobody knows where they begin. 0 if there are none.
 */
export function dominantAngle(angles: readonly WeightedAngle[], period = 2 * Math.PI): number {
  const weights = new Float64Array(STEPS);
  const stepOf = (angle: number) => ((Math.round((angle / period) * STEPS) % STEPS) + STEPS) % STEPS;
  for (const { angle, weight } of angles) weights[stepOf(angle)]! += weight;
  const near = (step: number) => weights[(step + STEPS) % STEPS]!;
  let [best, most] = [0, 0];
  for (let step = 0; step < STEPS; step++) {
    const sum = near(step - 1) + 2 * near(step) + near(step + 1);
    if (sum > most) [best, most] = [step, sum];
  }
  const peak = (best / STEPS) * period;
  let [turn, sum] = [0, 0];
  for (const { angle, weight } of angles) {
    const away = turnTo(peak, angle, period);
    if (Math.abs(away) > NEARLY * period) continue;
    turn += weight * away;
    sum += weight;
  }
  return turnTo(0, peak + (sum > 0 ? turn / sum : 0), period);
}

/** The turn from one angle to another, the short way round. */
export function turnTo(from: number, to: number, period = 2 * Math.PI): number {
  const turn = (to - from) % period;
  if (turn > period / 2) return turn - period;
  return turn <= -period / 2 ? turn + period : turn;
}

/** How much the direction of a line counts, of its length and its height: of short ones, such as prices, it is that of their box, if at all. */
export const weightOfDirection = (length: number, height: number): number =>
  length * Math.min(1, length / (4 * height)) ** 2;

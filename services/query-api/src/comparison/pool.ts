/** Something that one source says. */
export interface Statement {
  /** What it says, written so that two that mean the same are equal. */
  readonly key: string;
  /** How probable it is that this source is right, above 0 and below 1. */
  readonly trust: number;
}

/** What may be the case, and how probable it is. A key of null: something that nobody says. */
export interface Hypothesis {
  readonly key: string | null;
  readonly probability: number;
}

/** What orders hypotheses: sums in another order differ in their last digits. */
export const rankOf = ({ probability }: Hypothesis): number => Math.round(probability * 1e9);

/** Among so many wrong values a source that errs picks one, each as likely: two that err seldom say the same. */
const WRONG_VALUES = 10;

/** Scales so that the sum is 1. */
export function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * How probable each value is that somebody says, and that all are wrong, which comes last. Sources err independently of
 * each other: the model ACCU of Dong, Berti-Équille and Srivastava, Integrating Conflicting Data, VLDB 2009. One source
 * alone is believed as it trusts itself.
 */
export function pool(statements: readonly Statement[]): Hypothesis[] {
  const logOf = (key: string | null) =>
    statements.reduce(
      (sum, one) => sum + Math.log(one.key === key ? one.trust : (1 - one.trust) / WRONG_VALUES),
      0,
    );
  const keys = [...new Set(statements.map(({ key }) => key))];
  const logs = [...keys.map(logOf), logOf(null) + Math.log(WRONG_VALUES)];
  const most = Math.max(...logs);
  const probabilities = normalised(logs.map((log) => Math.exp(log - most)));
  return [...keys, null].map((key, at) => ({ key, probability: probabilities[at] ?? 0 }));
}

/**
 * The probabilities of each unknown's hypotheses once it is known how well they fit together: `fit` tells, by the place
 * of the hypothesis that each unknown has, how much likelier such a combination is than one of which nothing is known.
 */
export function reconcile(
  unknowns: readonly (readonly Hypothesis[])[],
  fit: (places: readonly number[]) => number,
): number[][] {
  const weights = unknowns.map((hypotheses) => hypotheses.map(() => 0));
  const visit = (places: readonly number[], weight: number): void => {
    const next = unknowns[places.length];
    if (next)
      for (const [at, { probability }] of next.entries()) visit([...places, at], weight * probability);
    else {
      const fitting = weight * fit(places);
      for (const [unknown, at] of places.entries()) {
        const own = weights[unknown];
        if (own) own[at] = (own[at] ?? 0) + fitting;
      }
    }
  };
  visit([], 1);
  return weights.map(normalised);
}

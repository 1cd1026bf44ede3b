/** Does its work once and says how fast it was, as a rate. */
export type Contestant = () => Promise<number>;

/**
 * The mean rate of each, measured in turn so that a machine that is slow for a while is slow for all. A first round
 * warms them up and does not count.
 */
export async function compare<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, Contestant>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const sums = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const rate = await contestants[name]();
      console.error(`  round ${round}, ${name}: ${rate.toFixed(1)} a second`);
      if (round > 0) sums[name] += rate;
    }
  }
  for (const name of names) sums[name] /= rounds;
  return sums;
}

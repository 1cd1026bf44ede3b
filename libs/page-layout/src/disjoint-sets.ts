/** Union-find with path halving (Tarjan & van Leeuwen, 1984): places from 0, each in a set of its own at first. */
export class DisjointSets {
  readonly #parents: number[];

  constructor(count: number) {
    this.#parents = Array.from({ length: count }, (_, at) => at);
  }

  join(a: number, b: number): void {
    this.#parents[this.#rootOf(a)] = this.#rootOf(b);
  }

  /** The sets, each in ascending order. */
  all(): number[][] {
    const sets = new Map<number, number[]>();
    for (let at = 0; at < this.#parents.length; at++) {
      const root = this.#rootOf(at);
      const set = sets.get(root);
      if (set) set.push(at);
      else sets.set(root, [at]);
    }
    return [...sets.values()];
  }

  #rootOf(place: number): number {
    const parents = this.#parents;
    let at = place;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  }
}

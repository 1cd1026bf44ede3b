import type { Row } from '../page/rows.ts';

/** How much speaks for a code, and the rows that do. */
export interface Vote {
  weight: number;
  readonly rows: Row[];
}

/** What rows say of a receipt as a whole, such as its language: how much for which code. */
export class Votes {
  readonly #votes = new Map<string, Vote>();

  add(code: string, weight: number, row: Row): void {
    const vote = this.#votes.get(code) ?? { weight: 0, rows: [] };
    vote.weight += weight;
    if (vote.rows.at(-1) !== row) vote.rows.push(row);
    this.#votes.set(code, vote);
  }

  /** Gives one code what another one has. */
  move(from: string, to: string): void {
    const [source, target] = [this.#votes.get(from), this.#votes.get(to)];
    if (!source || !target) return;
    target.weight += source.weight;
    target.rows.push(...source.rows);
    this.#votes.delete(from);
  }

  weightOf(code: string): number {
    return this.#votes.get(code)?.weight ?? 0;
  }

  /** The codes that anything speaks for, the likeliest first. */
  ranked(): (readonly [code: string, vote: Readonly<Vote>])[] {
    return [...this.#votes].sort(([, a], [, b]) => b.weight - a.weight);
  }
}

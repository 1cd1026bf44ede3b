import { mulberry32, pick } from '../random.ts';

/** What a request is for: it reads something and costs, it asks how a bought reading stands, or it costs nothing. */
export type CallKind = 'purchase' | 'poll' | 'probe';

/** What a vendor answers. A body that is no string and no bytes is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * What goes wrong with one call.
 *
 * - `answer`: this comes in place of the true answer. Nothing was bought, unless `bought` says so.
 * - `slow`: the true answer comes so many ms late.
 * - `cut`: the first half of the true answer comes, then the connection is gone. It was bought.
 * - `garbled`: the first half of the true answer comes as if it were all, so it is no valid JSON. It was bought.
 * - `hang`: it was bought, and nothing comes.
 * - `reset`: the connection is gone at once, and nothing was bought.
 */
export type Fault =
  | (Answer & { readonly kind: 'answer'; readonly bought?: boolean })
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'cut' | 'garbled' | 'hang' | 'reset' };

export interface RandomFaults {
  readonly seed: number;
  /** How many of the calls fail, 0 to 1. */
  readonly share: number;
  readonly faults: readonly Fault[];
  /** Purchases by default. */
  readonly on?: CallKind;
}

/** Which calls fail: those that a test asked for, in that order, then some at random. */
export class FaultPlan {
  readonly #scripted: { left: number; fault: Fault; on: CallKind }[] = [];
  #random: (on: CallKind) => Fault | undefined = () => undefined;

  fail(times: number, fault: Fault, on: CallKind): void {
    this.#scripted.push({ left: times, fault, on });
  }

  /** Null: none at random any more. */
  failAtRandom(options: RandomFaults | null): void {
    const random = mulberry32(options?.seed ?? 0);
    this.#random = (on) => {
      if (!options || on !== (options.on ?? 'purchase')) return undefined;
      return random() < options.share ? pick(random, options.faults) : undefined;
    };
  }

  next(on: CallKind): Fault | undefined {
    const at = this.#scripted.findIndex((one) => one.on === on);
    const scripted = this.#scripted[at];
    if (!scripted) return this.#random(on);
    if (--scripted.left <= 0) this.#scripted.splice(at, 1);
    return scripted.fault;
  }
}

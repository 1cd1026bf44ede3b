import { costSchema, usageSchema } from '@inkstream/contracts';
import { addSpent, type Cost, reaches, type Spent } from '@inkstream/domain';
import { type Charge, ProviderError } from '../provider-error.ts';

/** The part of it that an event can hold: one that no reader can read would be buried, with its result. */
function readable({ usage, cost }: Charge): Spent {
  const [used, paid] = [usageSchema.safeParse(usage), costSchema.safeParse(cost)];
  return { ...(used.success && { usage: used.data }), ...(paid.success && { cost: paid.data }) };
}

export interface PurseOptions {
  /** What earlier attempts of the execution spent. */
  readonly before?: Spent;
  /** The most that an execution may cost. */
  readonly maxCost?: Cost | undefined;
  /** Rejects if the provider may spend no more. */
  readonly assertLeft?: () => Promise<void>;
  /** Is told of everything that is spent, as soon as it is. */
  readonly onSpent?: (spent: Spent) => void;
}

/** What an attempt spends, call by call, whatever becomes of it. */
export class Purse {
  readonly #options: PurseOptions;
  readonly #counted = new WeakSet<ProviderError>();
  #spent: Spent = {};

  constructor(options: PurseOptions = {}) {
    this.#options = options;
  }

  /** What this attempt spent so far. */
  get spent(): Spent {
    return this.#spent;
  }

  /** Counts what an answer says that it cost. */
  spend(what: Charge): void {
    const spent = readable(what);
    this.#spent = addSpent(this.#spent, spent);
    if (spent.cost || spent.usage) this.#options.onSpent?.(spent);
  }

  /** Counts what an attempt before has bought and had no chance to say: it was told of then. */
  recall(what: Charge): void {
    this.#spent = addSpent(this.#spent, readable(what));
  }

  /** Counts what an error says that its call cost; the same error once, however often it is caught on its way. */
  spendOn(error: unknown): void {
    if (!(error instanceof ProviderError) || !error.spent || this.#counted.has(error)) return;
    this.#counted.add(error);
    this.spend(error.spent);
  }

  /** Whether the execution has cost as much as it may. */
  get empty(): boolean {
    const { before = {}, maxCost } = this.#options;
    return maxCost !== undefined && reaches(addSpent(before, this.#spent).cost, maxCost);
  }

  /** @throws ProviderError if no call can be afforded: for this document, or for any. */
  async afford(): Promise<void> {
    this.#assertNotEmpty();
    await this.#options.assertLeft?.();
  }

  #assertNotEmpty(): void {
    const { maxCost } = this.#options;
    if (!this.empty || !maxCost) return;
    const most = `${maxCost.amount} ${maxCost.currency}`;
    throw new ProviderError('document_too_large', `Not read: one document may cost ${most} at most`);
  }
}

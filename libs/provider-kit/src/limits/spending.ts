import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { costSchema } from '@inkstream/contracts';
import { addCost, type Cost, reaches, type Spent } from '@inkstream/domain';
import { ConcurrencyError, type EventStore } from '@inkstream/event-store';
import type { Logger } from '@inkstream/service-kit';
import { raceAbort } from '../persist.ts';
import { type AttemptFault, ProviderError } from '../provider-error.ts';

/** How long the event store may take to say what others spent, ms. */
const READ_MS = 5_000;
/** Wait after an append that failed, and the most, ms; it doubles between. */
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;
/** How long what was spent may take to be written before an attempt ends, and when the service stops, ms. */
const SETTLE_MS = 1_000;

/** What a provider spent on a day of UTC: its last event has the sum of all. */
export const spendingStream = (provider: string, day: string): string =>
  `providerSpending-${provider}-${day}`;

export interface SpendingOptions {
  readonly store: Pick<EventStore, 'append' | 'read'>;
  readonly provider: string;
  /** The most in a day; only counted without. */
  readonly budget: Cost | undefined;
  /** The time that all replicas go by, ms since 1970. */
  readonly now: () => Promise<number>;
  readonly log: Pick<Logger, 'warn'>;
}

/** A day's stream as it is known. */
interface Day {
  readonly day: string;
  readonly revision: number | null;
  readonly total: Cost | null;
}

/** An append under way. `on`: what it is on top of; the same until the store has said whether it took it. */
interface Writing {
  readonly id: string;
  readonly cost: Cost;
  on: Day | null;
}

const sum = (a: Cost | null, b: Cost | null): Cost | null => (a && b ? addCost(a, b) : (a ?? b));

/**
 * What a provider spends in a day, all its replicas together. Each appends what its calls cost to the stream of the day,
 * on top of the sum that it knows, and reads what others have appended before each call; so all of them together pass
 * the budget by no more than what is in flight. While the event store is away they go by what they know, and what they
 * spend waits for it: no result does.
 */
export class Spending {
  readonly #options: SpendingOptions;
  readonly #closed = new AbortController();
  #known: Day = { day: '', revision: null, total: null };
  /** What is not written yet: what waits, and what is on its way. */
  #waiting: Cost | null = null;
  #onItsWay: Writing | null = null;
  #writing: Promise<void> = Promise.resolve();
  #reading: Promise<void> = Promise.resolve();
  #nextRead: Promise<void> | null = null;

  constructor(options: SpendingOptions) {
    this.#options = options;
  }

  /** What was spent today, as far as it is known here. */
  get today(): Cost | null {
    return sum(this.#known.total, sum(this.#waiting, this.#onItsWay?.cost ?? null));
  }

  /** Counts it at once, and writes it as soon as the store takes it. */
  add({ cost }: Spent): void {
    if (!cost) return;
    const idle = !this.#waiting && !this.#onItsWay;
    this.#waiting = sum(this.#waiting, cost);
    if (idle) this.#writing = this.#write();
  }

  /** What keeps the provider from being called, null if nothing does. Looks at what other replicas spent. Never rejects. */
  async fault(): Promise<AttemptFault | null> {
    const { budget, log } = this.#options;
    if (!budget) return null;
    await this.#readAnew().catch((err) => log.warn({ err }, 'what was spent today cannot be read'));
    if (!reaches(this.today ?? undefined, budget)) return null;
    const message = `The budget of ${budget.amount} ${budget.currency} for today is spent; it goes on at midnight UTC`;
    return { code: 'credit_exhausted', message, pause: 'budget_spent' };
  }

  /** @throws ProviderError if the budget of the day is spent. */
  async assertLeft(): Promise<void> {
    const fault = await this.fault();
    if (fault) throw new ProviderError(fault.code, fault.message, undefined, { pause: fault.pause });
  }

  /** Resolves once all is written that was spent so far, or soon after. Never rejects. */
  async settled(): Promise<void> {
    await raceAbort(this.#writing, AbortSignal.timeout(SETTLE_MS)).catch(() => {});
  }

  async close(): Promise<void> {
    await this.settled();
    this.#closed.abort();
  }

  async #write(): Promise<void> {
    const { log, provider } = this.#options;
    let waitMs = FIRST_WAIT_MS;
    while (!this.#closed.signal.aborted) {
      if (!this.#onItsWay) {
        if (!this.#waiting) return;
        this.#onItsWay = { id: randomUUID(), cost: this.#waiting, on: null };
        this.#waiting = null;
      }
      try {
        await this.#append(this.#onItsWay);
        waitMs = FIRST_WAIT_MS;
      } catch (err) {
        if (waitMs === FIRST_WAIT_MS) log.warn({ err, provider }, 'what was spent is not written yet');
        await sleep(waitMs, undefined, { signal: this.#closed.signal, ref: false }).catch(() => {});
        waitMs = Math.min(MAX_WAIT_MS, waitMs * 2);
      }
    }
  }

  /**
   * Appends a cost to what is known. If others were first, it is not written, and they are known then. Repeated after a
   * fault it is the same event on top of the same one, which counts once.
   */
  async #append(writing: Writing): Promise<void> {
    const { store, provider } = this.#options;
    const { id, cost } = writing;
    writing.on ??= await this.#knownToday();
    const { day, revision } = writing.on;
    const total = sum(writing.on.total, cost);
    try {
      const event = { id, type: 'ProviderSpent', data: { cost, total }, metadata: {} };
      const options = { expected: revision ?? 'no_stream' } as const;
      const appended = await store.append(spendingStream(provider, day), [event], options);
      this.#onItsWay = null;
      this.#learn({ day, revision: appended.revision, total });
    } catch (error) {
      if (!(error instanceof ConcurrencyError)) throw error;
      writing.on = null;
      await this.#read(error.actual ?? undefined);
    }
  }

  /** What is known of today; nothing at the beginning of a day. */
  async #knownToday(): Promise<Day> {
    const day = new Date(await this.#options.now()).toISOString().slice(0, 10);
    if (this.#known.day < day) this.#known = { day, revision: null, total: null };
    return this.#known;
  }

  #learn(known: Day): void {
    const { day, revision } = this.#known;
    if (known.day === day && (known.revision ?? -1) > (revision ?? -1)) this.#known = known;
  }

  /** Reads once more, after a read that is under way: that may have missed what was appended since. */
  #readAnew(): Promise<void> {
    this.#nextRead ??= this.#reading
      .catch(() => {})
      .then(() => {
        this.#nextRead = null;
        this.#reading = this.#read();
        return this.#reading;
      });
    return this.#nextRead;
  }

  /** Reads the last event of today. */
  async #read(atLeast?: number): Promise<void> {
    const { store, provider } = this.#options;
    const { day } = await this.#knownToday();
    const last = { direction: 'backwards', limit: 1, atLeast, signal: AbortSignal.timeout(READ_MS) } as const;
    for await (const { revision, data } of store.read(spendingStream(provider, day), last))
      this.#learn({ day, revision, total: costSchema.parse(data.total) });
  }
}

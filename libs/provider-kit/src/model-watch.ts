import type { Logger } from '@inkstream/service-kit';
import { type StartTimer, startTimer } from './circuit.ts';
import type { Engine } from './engine.ts';
import { findModel } from './listed-models.ts';
import { causeOf } from './recognise.ts';

const DAY_MS = 86_400_000;
/** So often a vendor is asked when its model ends; and again after it gave no answer, ms. */
const ASK_EVERY_MS = DAY_MS;
const ASK_AGAIN_MS = 3_600_000;
/** How long it may take to answer, ms. */
const ANSWER_MS = 60_000;
/** So many days before its end a model is warned of. */
export const WARN_DAYS = 30;

/** Days until a day (ISO 8601) begins in UTC, the one that has begun as a whole; 0 or less once it is past. */
export const daysUntil = (day: string, now: Date): number =>
  Math.ceil((Date.parse(day) - now.getTime()) / DAY_MS);

interface ModelWatchParts {
  readonly engine: Pick<Engine, 'models'>;
  readonly model: string | undefined;
  /** As the operator knows it: what the vendor says counts before it. */
  readonly ends: string | undefined;
  readonly now: () => Date;
  readonly log: Logger;
  /** Called once another day is known. */
  readonly onChange: () => void;
  readonly startTimer?: StartTimer;
}

/** Knows the day on which a provider's model is shut down, asks its vendor each day, and warns of it in the log. */
export class ModelWatch {
  readonly #parts: ModelWatchParts;
  readonly #closing = new AbortController();
  #ends: string | undefined;
  #cancel = () => {};

  constructor(parts: ModelWatchParts) {
    this.#parts = parts;
    this.#ends = parts.ends;
    if (parts.engine.models || parts.ends !== undefined) void this.#look();
  }

  /** ISO 8601; undefined if nobody has said it. */
  get ends(): string | undefined {
    return this.#ends;
  }

  /** Undefined if nobody has said when it ends. */
  get daysLeft(): number | undefined {
    return this.#ends === undefined ? undefined : daysUntil(this.#ends, this.#parts.now());
  }

  close(): void {
    this.#closing.abort();
    this.#cancel();
  }

  async #look(): Promise<void> {
    const nextMs = await this.#ask();
    if (this.#closing.signal.aborted) return;
    const { model, log } = this.#parts;
    const { ends, daysLeft } = this;
    if (daysLeft !== undefined && daysLeft <= WARN_DAYS)
      log.warn({ model, ends, daysLeft }, 'the model is shut down soon: choose another');
    const start = this.#parts.startTimer ?? startTimer;
    this.#cancel = start(() => void this.#look(), nextMs);
  }

  /** Asks the vendor. Returns how long to wait before the next time, ms. */
  async #ask(): Promise<number> {
    const { engine, model, ends, log, onChange } = this.#parts;
    if (!engine.models || model === undefined) return ASK_EVERY_MS;
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_MS)]);
      const said = findModel(await engine.models(signal), model)?.ends ?? ends;
      if (this.#closing.signal.aborted || said === this.#ends) return ASK_EVERY_MS;
      this.#ends = said;
      onChange();
      return ASK_EVERY_MS;
    } catch (error) {
      // How the vendor is, the circuit says; a list that cannot be had keeps nobody from reading.
      if (!this.#closing.signal.aborted) log.debug({ cause: causeOf(error) }, 'the vendor lists no models');
      return ASK_AGAIN_MS;
    }
  }
}

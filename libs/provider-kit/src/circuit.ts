import type { PauseCause, ProviderStatus } from '@inkstream/contracts';
import { type DownSign, type Outcome, type Sign, signOf } from './outcome.ts';
import { raceAbort } from './persist.ts';
import type { AttemptFault } from './provider-error.ts';
import { MAX_RETRY_AFTER_MS } from './retry-policy.ts';

/** When a provider counts as down, and how soon it is tried again. Times in ms. */
export interface CircuitOptions {
  /** Provider-wide faults in a row until the circuit opens; a job whose documents hang counts once. */
  readonly failures: number;
  /** Wait before the first probe, and the most; it doubles between. A Retry-After may be longer, up to an hour. */
  readonly firstProbeMs: number;
  readonly maxProbeMs: number;
}

export const defaultCircuitOptions: CircuitOptions = { failures: 5, firstProbeMs: 1_000, maxProbeMs: 60_000 };

/** Calls back after this many ms, unless the function that it returns is called before. */
export type StartTimer = (callback: () => void, ms: number) => () => void;

export const startTimer: StartTimer = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

interface CircuitParts {
  readonly options: CircuitOptions;
  /** A cheap call that tells how the provider is: null if it is well. Without one the next document is the probe. */
  readonly probe: (() => Promise<AttemptFault | null>) | undefined;
  /** What keeps the provider from being called, whatever it says itself: null if nothing does. Asked before each probe. */
  readonly gate?: (() => Promise<AttemptFault | null>) | undefined;
  readonly startTimer: StartTimer;
  readonly now: () => Date;
}

/** `faults` in a row, and the jobs of which a document hung since the provider last answered. */
interface Closed {
  readonly kind: 'closed';
  faults: number;
  readonly hung: Set<number>;
}
interface Open {
  readonly kind: 'open';
  readonly fault: AttemptFault;
}
/** One call at a time is let through, until one says how the provider is. */
interface HalfOpen {
  readonly kind: 'half-open';
  readonly fault: AttemptFault;
  calling: boolean;
}

const starting: AttemptFault = { code: 'provider_unavailable', message: 'The engine is starting' };

/**
 * A circuit breaker over a provider. While it is open nothing is called; a timer probes the provider, whether or not
 * there is work: by its own cheap call, which closes the circuit if it succeeds, or by letting the next document
 * through, whenever it comes.
 */
export class Circuit {
  readonly #parts: CircuitParts;
  readonly #listeners: (() => void)[] = [];
  #state: Closed | Open | HalfOpen = closed(0);
  /** Wait before the next probe, ms. */
  #probeMs: number;
  #cancelTimer = () => {};
  /** Whether the provider ever could read: a circuit that opens before that says that it never could. */
  #everUp = false;
  #since: string;
  #change = Promise.withResolvers<void>();
  #ended = false;
  #asking: Promise<AttemptFault | null> | undefined;

  constructor(parts: CircuitParts) {
    this.#parts = parts;
    this.#probeMs = parts.options.firstProbeMs;
    this.#since = parts.now().toISOString();
  }

  /** Probes a provider that can be probed before anything is called. */
  start(): void {
    if (!this.#parts.probe && !this.#parts.gate) return;
    this.#become({ kind: 'open', fault: starting });
    void this.#probe(starting);
  }

  /** Whether the provider is known to be down, or not known to be up again. */
  get open(): boolean {
    return this.#state.kind !== 'closed';
  }

  /** Whether a call would be let through now. */
  get admits(): boolean {
    const state = this.#state;
    return state.kind === 'closed' || (state.kind === 'half-open' && !state.calling);
  }

  get status(): ProviderStatus {
    const { kind } = this.#state;
    if (kind === 'closed') return { state: 'ready', since: this.#since };
    const { fault } = this.#state;
    const state = this.#everUp || !this.#keepsFromStarting(fault) ? 'paused' : 'unavailable';
    const cause = pauseOf(fault);
    return { state, reason: fault.message, since: this.#since, ...(cause && { cause }) };
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves at the next change, or rejects with the signal's reason. */
  changed(signal: AbortSignal): Promise<void> {
    return raceAbort(this.#change.promise, signal);
  }

  /** Does the work for a job (`key`), and learns from its outcome, if it has one. Null if nothing is let through. */
  async call<T>(
    key: number,
    work: () => Promise<T>,
    outcomeOf: (made: T) => Outcome | undefined,
  ): Promise<T | null> {
    if (!this.admits) return null;
    const admittedIn = this.#state;
    if (admittedIn.kind === 'half-open') {
      admittedIn.calling = true;
      this.#tell();
    }
    let outcome: Outcome | undefined;
    try {
      const made = await work();
      outcome = outcomeOf(made);
      return made;
    } finally {
      await this.#settle(admittedIn, key, signOf(outcome));
    }
  }

  close(): void {
    this.#ended = true;
    this.#cancelTimer();
  }

  #keepsFromStarting(fault: AttemptFault): boolean {
    if (fault === starting) return false;
    const { code } = fault;
    return code === 'credentials_rejected' || (code === 'provider_unavailable' && !!this.#parts.probe);
  }

  /** Tells a document that never ends from a provider that is down, if the provider can be asked. */
  #askAfterHang(): Promise<AttemptFault | null> {
    this.#asking ??= (this.#parts.probe?.() ?? Promise.resolve(null)).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #settle(admittedIn: Closed | Open | HalfOpen, key: number, sign: Sign): Promise<void> {
    const asks = sign.kind === 'hung' && admittedIn.kind === 'closed';
    const fault = asks ? await this.#askAfterHang() : null;
    // A call that began before the last change says nothing of how the provider is since then.
    if (this.#state !== admittedIn || this.#ended) return;
    if (fault) this.#open(fault);
    else this.#learn(admittedIn, key, sign);
  }

  #learn(state: Closed | Open | HalfOpen, key: number, sign: Sign): void {
    switch (sign.kind) {
      case 'up':
        this.#up(state);
        break;
      case 'none':
        this.#letNextThrough(state);
        break;
      case 'down':
      case 'hung':
        this.#down(state, key, sign);
        break;
      default:
        sign satisfies never;
    }
  }

  #up(state: Closed | Open | HalfOpen): void {
    this.#everUp = true;
    this.#probeMs = this.#parts.options.firstProbeMs;
    if (state.kind === 'closed') {
      state.faults = 0;
      state.hung.clear();
    } else this.#become(closed(0));
  }

  #letNextThrough(state: Closed | Open | HalfOpen): void {
    if (state.kind !== 'half-open') return;
    state.calling = false;
    this.#tell();
  }

  #down(state: Closed | Open | HalfOpen, key: number, { kind, fault }: DownSign): void {
    if (state.kind === 'closed') {
      if (kind === 'hung') state.hung.add(key);
      else state.faults++;
      const inARow = state.faults + state.hung.size;
      if (inARow < this.#parts.options.failures && !pauseOf(fault)) return;
    }
    this.#open(fault);
  }

  #open(fault: AttemptFault): void {
    const { options, startTimer } = this.#parts;
    // A timer of more than 24 days would be over at once.
    const waitMs = Math.max(this.#probeMs, Math.min(fault.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS));
    this.#probeMs = Math.min(options.maxProbeMs, this.#probeMs * 2);
    this.#become({ kind: 'open', fault });
    this.#cancelTimer = startTimer(() => void this.#probe(fault), waitMs);
  }

  /** Asks whether what keeps it open (`fault`) is over. */
  async #probe(fault: AttemptFault): Promise<void> {
    const { probe, gate } = this.#parts;
    const found = gate || probe ? ((await gate?.()) ?? (await probe?.()) ?? null) : null;
    if (this.#ended) return;
    if (found) return this.#open(found);
    // Without a probe the next document is one, unless the fault was the gate's alone.
    if (!probe && fault !== starting && fault.pause !== 'budget_spent')
      return this.#become({ kind: 'half-open', fault, calling: false });
    if (probe) this.#everUp = true;
    // That the provider answers a probe is no proof that it reads: one fault more and it is open again, for longer.
    this.#become(
      closed(this.#probeMs > this.#parts.options.firstProbeMs ? this.#parts.options.failures - 1 : 0),
    );
  }

  #become(state: Closed | Open | HalfOpen): void {
    const before = this.status.state;
    this.#state = state;
    if (this.status.state !== before) this.#since = this.#parts.now().toISOString();
    this.#tell();
  }

  #tell(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
    for (const listener of this.#listeners) listener();
  }
}

const closed = (faults: number): Closed => ({ kind: 'closed', faults, hung: new Set() });

/** What a person has to mend before a call can succeed, if it is that. */
function pauseOf({ code, pause }: AttemptFault): PauseCause | undefined {
  if (pause) return pause;
  if (code === 'credentials_rejected') return 'key_refused';
  return code === 'credit_exhausted' ? 'no_credit' : undefined;
}

import { type StartTimer, startTimer } from '../circuit.ts';
import { raceAbort } from '../persist.ts';
import { type Charge, ProviderError } from '../provider-error.ts';
import { Rate, type Share, shareOf } from './rate.ts';
import type { RateHeaders } from './rate-headers.ts';
import { WINDOW_MS } from './sliding-window.ts';

/** What a vendor's account allows, all replicas together; no limit where nothing is said. */
export interface AccountLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  readonly maxInFlight?: number | undefined;
}

export interface LimiterOptions extends AccountLimits {
  /** A clock that no one sets, ms. */
  readonly clock?: () => number;
  readonly startTimer?: StartTimer;
  readonly random?: () => number;
  /** What the limits are for, ms: a minute by default. */
  readonly windowMs?: number;
}

/** Wait after a refusal without Retry-After, and the most, ms; it doubles between. */
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;
/** The longest Retry-After that a call waits for here, ms; for a longer one its document is handed back. */
const MAX_RETRY_AFTER_MS = 60_000;
/** A call that is refused is handed back with its document once none was well for so long, ms. */
const MAX_REFUSED_MS = 300_000;
/** Tokens that a call is taken to use while none has told. */
const FIRST_TOKENS = 2_000;

interface Waiting {
  readonly tokens: number | undefined;
  readonly begin: (call: CallUnderWay) => void;
}

interface CallUnderWay {
  /** How many refusals were known when it began, and how often a vendor had stated a limit. */
  readonly began: number;
  readonly stated: number;
  /** `tokens`: what it used in truth, if that is known. */
  end(tokens?: number): void;
}

const tokensOf = ({ usage }: Charge): number | undefined =>
  usage?.inputTokens === undefined && usage?.outputTokens === undefined
    ? undefined
    : (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);

/**
 * Keeps calls within what a vendor's account allows, of which each replica has its share: by configuration, by what the
 * vendor's headers say, and by its refusals: after one, nothing is called for as long as it asks, then one call,
 * and one more at once with each that is well. A call that was refused is made again. (Libraries of the kind limit fixed windows, across
 * whose border twice the limit passes, or know no calls that end, no amounts and no limit that changes.)
 */
export class Limiter {
  /** Whether a limit of the account is known before its vendor states one. */
  readonly isLimited: boolean;
  readonly #clock: () => number;
  readonly #startTimer: StartTimer;
  readonly #random: () => number;
  readonly #maxInFlight: number;
  readonly #requests: Rate;
  readonly #tokens: Rate;
  readonly #waiting: Waiting[] = [];
  #share: Share | null = { rank: 0, of: 1 };
  #inFlight = 0;
  /** Calls at once that refusals have left: one after each, and one more with each call that is well. */
  #window = Number.POSITIVE_INFINITY;
  #blockedUntil = 0;
  #nextWaitMs = FIRST_WAIT_MS;
  /** When a call was well last, ms. */
  #wellAt = 0;
  #tokensPerCall = FIRST_TOKENS;
  #refused = 0;
  #stated = 0;
  #cancelTimer = () => {};

  constructor(options: LimiterOptions = {}) {
    const { requestsPerMinute, tokensPerMinute, maxInFlight = Number.POSITIVE_INFINITY } = options;
    const { windowMs = WINDOW_MS } = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#startTimer = options.startTimer ?? startTimer;
    this.#random = options.random ?? Math.random;
    this.isLimited = [requestsPerMinute, tokensPerMinute, options.maxInFlight].some(
      (one) => one !== undefined,
    );
    this.#maxInFlight = maxInFlight;
    this.#requests = new Rate(requestsPerMinute, this.#clock, windowMs);
    this.#tokens = new Rate(tokensPerMinute, this.#clock, windowMs);
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Calls that the vendor refused so far for being too many. */
  get refused(): number {
    return this.#refused;
  }

  /** Which share of the account's limits is this replica's; null: it makes no call until it has one. */
  share(share: Share | null): void {
    this.#share = share;
    this.#next();
  }

  /**
   * Learns from what a vendor says in an answer, whether the call went well or not. What it states counts until a call is
   * well without its being stated again: else whoever stands before the vendor, and stated a limit once, would slow
   * all calls for ever.
   */
  learn({ requests, tokens }: RateHeaders): void {
    if (requests || tokens) this.#stated++;
    const share = this.#share ?? { rank: 0, of: 1 };
    if (requests) this.#requests.learn(requests, share);
    if (tokens) this.#tokens.learn(tokens, share);
    this.#next();
  }

  /**
   * Makes the call once its turn has come, and again if the vendor refuses it for being one too many. `tokens`: the most
   * that it may use; as many as those before it by default.
   *
   * @throws the signal's reason, though the call goes on; whatever the call throws.
   */
  async run<T extends Charge>(
    call: () => Promise<T>,
    { tokens, signal }: { readonly tokens?: number | undefined; readonly signal: AbortSignal },
  ): Promise<T> {
    let refusedSince: number | null = null;
    for (;;) {
      const underWay = await this.#turn(tokens, signal, refusedSince !== null);
      let used: number | undefined;
      try {
        const answer = await raceAbort(call(), signal);
        used = tokensOf(answer);
        this.#wentWell(used, underWay);
        return answer;
      } catch (error) {
        if (error instanceof ProviderError && error.spent) used = tokensOf(error.spent);
        if (signal.aborted || !this.#waitsAfter(error, underWay)) throw error;
        refusedSince ??= this.#clock();
        if (this.#clock() - Math.max(refusedSince, this.#wellAt) > MAX_REFUSED_MS) throw error;
      } finally {
        underWay.end(used);
      }
    }
  }

  async #turn(tokens: number | undefined, signal: AbortSignal, again: boolean): Promise<CallUnderWay> {
    signal.throwIfAborted();
    const { promise, resolve: begin } = Promise.withResolvers<CallUnderWay>();
    const waiting = { tokens, begin };
    if (again) this.#waiting.unshift(waiting);
    else this.#waiting.push(waiting);
    this.#next();
    try {
      return await raceAbort(promise, signal);
    } catch (error) {
      const at = this.#waiting.indexOf(waiting);
      if (at >= 0) this.#waiting.splice(at, 1);
      else void promise.then((begun) => begun.end(0));
      throw error;
    }
  }

  /** Begins those whose turn it is, and looks again once it may be the next one's. */
  #next(): void {
    this.#cancelTimer();
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      const tokens = first.tokens ?? this.#tokensPerCall;
      const waitMs = this.#waitMs(tokens);
      if (waitMs > 0) {
        // Infinite: a call has to end before, or this replica has no share yet.
        if (Number.isFinite(waitMs))
          this.#cancelTimer = this.#startTimer(() => this.#next(), Math.ceil(waitMs));
        return;
      }
      this.#waiting.shift();
      first.begin(this.#begin(tokens));
    }
  }

  #waitMs(tokens: number): number {
    const share = this.#share;
    if (!share) return Number.POSITIVE_INFINITY;
    if (this.#inFlight >= Math.min(this.#window, shareOf(this.#maxInFlight, share)))
      return Number.POSITIVE_INFINITY;
    const blockedMs = this.#blockedUntil - this.#clock();
    return Math.max(0, blockedMs, this.#requests.waitMs(1, share), this.#tokens.waitMs(tokens, share));
  }

  #begin(tokens: number): CallUnderWay {
    this.#inFlight++;
    const [request, used] = [this.#requests.take(1), this.#tokens.take(tokens)];
    return {
      began: this.#refused,
      stated: this.#stated,
      end: (inTruth) => {
        this.#inFlight--;
        request.end();
        used.end(inTruth);
        this.#next();
      },
    };
  }

  #wentWell(tokens: number | undefined, { began, stated }: CallUnderWay): void {
    this.#wellAt = this.#clock();
    if (stated === this.#stated) for (const rate of [this.#requests, this.#tokens]) rate.forget();
    // A call that began before the last refusal says nothing of how it is since then.
    if (began === this.#refused) {
      this.#window++;
      this.#nextWaitMs = FIRST_WAIT_MS;
    }
    // The first one that tells replaces the guess.
    if (tokens !== undefined)
      this.#tokensPerCall =
        this.#tokensPerCall === FIRST_TOKENS ? tokens : Math.max(tokens, this.#tokensPerCall);
  }

  /** Whether the call was refused for being one too many, and is to be made again soon: nothing is called until then. */
  #waitsAfter(error: unknown, { began }: CallUnderWay): boolean {
    if (!(error instanceof ProviderError) || error.code !== 'rate_limited' || error.pause) return false;
    const { retryAfterMs } = error;
    // One that began before the last refusal was known is refused for the same reason: it does not prolong the wait.
    const isNews = began === this.#refused++;
    if (retryAfterMs !== undefined && retryAfterMs > MAX_RETRY_AFTER_MS) return false;
    const waitMs = retryAfterMs ?? (isNews ? this.#backoff() : 0);
    this.#blockedUntil = Math.max(this.#blockedUntil, this.#clock() + waitMs);
    this.#window = 1;
    return true;
  }

  #backoff(): number {
    const most = this.#nextWaitMs;
    this.#nextWaitMs = Math.min(MAX_WAIT_MS, most * 2);
    return most / 2 + (this.#random() * most) / 2;
  }
}

import type { ProviderDefinition } from './provider.ts';
import type { AttemptFault } from './provider-error.ts';

/** How often to check whether others wait, ms. */
const LOOK_MS = 500;

/** The time limits of a document while it is read: one for all of it, one for each page, and one while others wait. */
export interface TimeLimits {
  /** The limit that was used up, as a fault. */
  readonly exceeded: Promise<AttemptFault>;
  /** A page is read: the next one has its own time. */
  pageRead(): void;
  /** Has time stand still until `resume`: nothing is done for the document. */
  pause(): void;
  resume(): void;
  stop(): void;
}

const timedOut = (what: string, ms: number): AttemptFault => ({
  code: 'timeout',
  message: `${what} was not read within ${ms / 1000} s`,
});

/** Calls back once so much time has passed, ms, that it was not paused. */
class Countdown {
  readonly #onEnd: () => void;
  #leftMs: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, onEnd: () => void) {
    this.#leftMs = ms;
    this.#onEnd = onEnd;
    this.resume();
  }

  resume(): void {
    if (this.#timer) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(this.#onEnd, this.#leftMs);
  }

  pause(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#startedAt));
  }
}

/**
 * Starts the limits, in ms. Stop them once the document is read. While others wait the whole document has the time of a
 * page: after that it gives way, so that one with many slow pages keeps nobody else waiting for all of them.
 */
export function startLimits(
  { timeoutMs, pageTimeoutMs = timeoutMs }: Pick<ProviderDefinition, 'timeoutMs' | 'pageTimeoutMs'>,
  othersWait: () => boolean,
): TimeLimits {
  const { promise: exceeded, resolve } = Promise.withResolvers<AttemptFault>();
  const limit = (what: string, ms: number) => new Countdown(ms, () => resolve(timedOut(what, ms)));
  const startPage = () => limit('A page of the document', pageTimeoutMs);
  const giveWay = () => {
    const message = `The document gave way to those of other jobs after ${pageTimeoutMs / 1000} s`;
    resolve({ code: 'timeout', message });
  };
  let hadItsTurn = false;
  const turn = new Countdown(pageTimeoutMs, () => {
    hadItsTurn = true;
  });
  const look = setInterval(() => hadItsTurn && othersWait() && giveWay(), Math.min(LOOK_MS, pageTimeoutMs));
  const document = limit('The document', timeoutMs);
  let page = startPage();
  let paused = false;
  const all = () => [document, page, turn];
  const pause = () => {
    paused = true;
    for (const countdown of all()) countdown.pause();
  };
  return {
    exceeded,
    pageRead() {
      page.pause();
      page = startPage();
      if (paused) page.pause();
    },
    pause,
    resume() {
      paused = false;
      for (const countdown of all()) countdown.resume();
    },
    stop() {
      pause();
      clearInterval(look);
    },
  };
}

export interface AbortWatch {
  /** Resolves once the signal aborts. */
  readonly aborted: Promise<'aborted'>;
  stop(): void;
}

/** Stop it once nobody waits: a signal that is made of others lives, with all that it reaches, while anyone listens. */
export function watchAbort(signal: AbortSignal): AbortWatch {
  const { promise: aborted, resolve } = Promise.withResolvers<'aborted'>();
  const abort = () => resolve('aborted');
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { aborted, stop: () => signal.removeEventListener('abort', abort) };
}

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
  stop(): void;
}

const timedOut = (what: string, ms: number): AttemptFault => ({
  code: 'timeout',
  message: `${what} was not read within ${ms / 1000} s`,
});

/**
 * Starts the limits, in ms. Stop them once the document is read. While others wait the whole document has the time of a
 * page: after that it gives way, so that one with many slow pages keeps nobody else waiting for all of them.
 */
export function startLimits(
  { timeoutMs, pageTimeoutMs = timeoutMs }: Pick<ProviderDefinition, 'timeoutMs' | 'pageTimeoutMs'>,
  othersWait: () => boolean,
): TimeLimits {
  const { promise: exceeded, resolve } = Promise.withResolvers<AttemptFault>();
  const limit = (what: string, ms: number) => setTimeout(() => resolve(timedOut(what, ms)), ms);
  const document = limit('The document', timeoutMs);
  const startPage = () => limit('A page of the document', pageTimeoutMs);
  let page = startPage();
  const startedAt = performance.now();
  const turn = setInterval(
    () => {
      if (performance.now() - startedAt < pageTimeoutMs || !othersWait()) return;
      const message = `The document gave way to those of other jobs after ${pageTimeoutMs / 1000} s`;
      resolve({ code: 'timeout', message });
    },
    Math.min(LOOK_MS, pageTimeoutMs),
  );
  return {
    exceeded,
    pageRead() {
      clearTimeout(page);
      page = startPage();
    },
    stop() {
      clearTimeout(document);
      clearTimeout(page);
      clearInterval(turn);
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

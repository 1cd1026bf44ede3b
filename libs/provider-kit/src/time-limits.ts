import type { ProviderDefinition } from './provider.ts';
import type { AttemptFault } from './provider-error.ts';

/** The time limits of a document while it is read: one for all of it, and one for each page. */
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

/** Starts the limits, in ms. Stop them once the document is read. */
export function startLimits({
  timeoutMs,
  pageTimeoutMs = timeoutMs,
}: Pick<ProviderDefinition, 'timeoutMs' | 'pageTimeoutMs'>): TimeLimits {
  const { promise: exceeded, resolve } = Promise.withResolvers<AttemptFault>();
  const limit = (what: string, ms: number) => setTimeout(() => resolve(timedOut(what, ms)), ms);
  const document = limit('The document', timeoutMs);
  const startPage = () => limit('A page of the document', pageTimeoutMs);
  let page = startPage();
  return {
    exceeded,
    pageRead() {
      clearTimeout(page);
      page = startPage();
    },
    stop() {
      clearTimeout(document);
      clearTimeout(page);
    },
  };
}

/** Resolves once the signal aborts. */
export const whenAborted = (signal: AbortSignal): Promise<'aborted'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });

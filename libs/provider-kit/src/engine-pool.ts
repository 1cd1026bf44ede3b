import type { Logger } from '@inkstream/service-kit';
import type { Document, Engine } from './engine.ts';
import { callsWithin } from './limits/calls.ts';
import type { Purse } from './limits/purse.ts';
import { type Outcome, workerLost } from './outcome.ts';
import type { PageSink, PagesTask } from './pages-read.ts';
import type { ProviderDefinition } from './provider.ts';
import { type AttemptFault, toFault } from './provider-error.ts';
import { causeOf, recognise } from './recognise.ts';
import { startLimits, watchAbort } from './time-limits.ts';
import { vendorCalls } from './vendor-call.ts';
import { inWorkerThreads } from './worker-threads.ts';

/** How long a remote provider may take to answer a probe, ms. */
const PROBE_TIMEOUT_MS = 30_000;

export interface ReadOptions {
  /** The document used up a time limit before: it takes no thread from others. */
  readonly slow: boolean;
  /** Whose document it is. */
  readonly key: number;
  /** Whether documents of others wait to be handed over. One that is not slow gives way to them after a while. */
  readonly othersWait: () => boolean;
  /** Counts what is spent on it, also after the call has ended. */
  readonly purse: Purse;
  /** Aborts once nobody wants the document any more: its work ends within a second or so. */
  readonly signal: AbortSignal;
  /** Which pages are to be read, and where they go. */
  readonly task: PagesTask;
  readonly sink: PageSink;
}

/** An engine with time limits that hold, in whatever thread it runs. */
export interface EnginePool {
  /** Whether the engine computes, and to read a page again costs nothing but time. */
  readonly computes: boolean;
  /** Documents that it takes beyond those that are read, so that no thread waits for its next one. */
  readonly ahead: number;
  /**
   * Tells whether the engine can read now, null if so; one in threads of its own is loaded for that. Has a time limit,
   * and never rejects. Undefined for an engine that has nothing to tell.
   */
  readonly probe: (() => Promise<AttemptFault | null>) | undefined;
  /**
   * Rejects with the signal's reason alone, once the work has ended. Takes the document's bytes: they can't be used
   * afterwards.
   */
  recognise(document: Document, options: ReadOptions): Promise<Outcome>;
  close(): Promise<void>;
}

/** Asks a provider that is a call away. */
function probeOf(engine: Engine, closing: AbortSignal, log: Pick<Logger, 'warn'>): EnginePool['probe'] {
  if (!engine.probe) return undefined;
  return async () => {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(PROBE_TIMEOUT_MS)]);
    const watch = watchAbort(signal);
    try {
      const first = await Promise.race([watch.aborted, engine.probe?.(signal)]);
      if (first !== 'aborted') return null;
      const message = `The provider did not answer within ${PROBE_TIMEOUT_MS / 1_000} s`;
      return { code: 'provider_unavailable', message };
    } catch (error) {
      const fault = toFault(error);
      if (!closing.aborted) log.warn({ fault, cause: causeOf(error) }, 'the provider was probed in vain');
      return fault.code === 'internal_error'
        ? { code: 'provider_unavailable', message: 'The provider does not answer' }
        : fault;
    } finally {
      watch.stop();
    }
  };
}

function inThisThread(engine: Engine, definition: ProviderDefinition, log: Pick<Logger, 'warn'>): EnginePool {
  const closing = new AbortController();
  const make = vendorCalls(definition);
  return {
    computes: false,
    ahead: 0,
    probe: probeOf(engine, closing.signal, log),
    async recognise(document, { slow, othersWait, signal, task, sink, purse }) {
      const ended = new AbortController();
      const limits = startLimits(definition, () => !slow && othersWait());
      const outside = watchAbort(AbortSignal.any([signal, closing.signal]));
      let pagesRead = 0;
      const alive = () => {
        pagesRead++;
        limits.pageRead();
      };
      const ending = Promise.race([limits.exceeded, outside.aborted]);
      const { limiter } = engine;
      const call = callsWithin({ limiter, purse, limits, make, signal: ended.signal });
      const outcome = recognise(engine, document, { signal: ended.signal, alive, task, sink, call, purse });
      const first = await Promise.race([ending, outcome]);
      limits.stop();
      outside.stop();
      if (typeof first === 'object' && 'kind' in first) return first;
      ended.abort();
      signal.throwIfAborted();
      if (first === 'aborted') return { kind: 'failed', fault: workerLost };
      return { kind: pagesRead > 0 ? 'failed' : 'hung', fault: first };
    },
    async close() {
      closing.abort();
      await engine.close?.();
    },
  };
}

/** Opens a provider's engine; that of worker threads loads in the background. */
export function openEnginePool(
  definition: ProviderDefinition,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
): EnginePool {
  const { engine } = definition;
  return 'module' in engine
    ? inWorkerThreads(engine, definition, log)
    : inThisThread(engine, definition, log);
}

/**
 * Tells whether a provider's engine can read now, null if so or if it has nothing to tell; one in worker threads is
 * loaded for that, and ended.
 */
export async function probeEngine(
  definition: ProviderDefinition,
  log: Pick<Logger, 'info' | 'warn' | 'error'>,
): Promise<AttemptFault | null> {
  const pool = openEnginePool(definition, log);
  try {
    return (await pool.probe?.()) ?? null;
  } finally {
    await pool.close();
  }
}

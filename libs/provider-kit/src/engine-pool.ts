import type { Logger } from '@inkstream/service-kit';
import type { Document, Engine } from './engine.ts';
import type { ProviderDefinition } from './provider.ts';
import { type Outcome, recognise, workerLost } from './recognise.ts';
import { startLimits, whenAborted } from './time-limits.ts';
import { inWorkerThreads } from './worker-threads.ts';

export interface ReadOptions {
  /** The document used up a time limit before: it takes no thread from others. */
  readonly slow: boolean;
  /** Whose document it is. */
  readonly key: number;
  /** Whether documents of others wait to be handed over. One that is not slow gives way to them after a while. */
  readonly othersWait: () => boolean;
  /** Aborts once nobody wants the document any more: its work ends within a second or so. */
  readonly signal: AbortSignal;
}

/** An engine with time limits that hold, in whatever thread it runs. */
export interface EnginePool {
  /** Documents that it takes beyond those that are read, so that no thread waits for its next one. */
  readonly ahead: number;
  /**
   * Rejects with the signal's reason alone, once the work has ended. Takes the document's bytes: they can't be used
   * afterwards.
   */
  recognise(document: Document, options: ReadOptions): Promise<Outcome>;
  close(): Promise<void>;
}

function inThisThread(engine: Engine, definition: ProviderDefinition): EnginePool {
  const closing = new AbortController();
  return {
    ahead: 0,
    async recognise(document, { slow, othersWait, signal }) {
      const ended = new AbortController();
      const limits = startLimits(definition, () => !slow && othersWait());
      const outside = AbortSignal.any([signal, closing.signal]);
      const reading = { signal: ended.signal, pageRead: limits.pageRead };
      const ending = Promise.race([limits.exceeded, whenAborted(outside)]);
      const outcome = recognise(engine, document, reading);
      const first = await Promise.race([ending, outcome]);
      limits.stop();
      if (typeof first === 'object' && 'ok' in first) return first;
      ended.abort();
      signal.throwIfAborted();
      return { ok: false, fault: first === 'aborted' ? workerLost : first };
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
  log: Pick<Logger, 'info' | 'error'>,
): EnginePool {
  const { engine } = definition;
  return 'module' in engine ? inWorkerThreads(engine, definition, log) : inThisThread(engine, definition);
}

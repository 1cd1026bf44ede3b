import { Piscina } from 'piscina';
import type { Document, Engine, WorkerEngine } from './engine.ts';
import type { ProviderDefinition } from './provider.ts';
import type { AttemptFault } from './provider-error.ts';
import { type Outcome, recognise } from './recognise.ts';

/** An engine with a time limit that holds, in whatever thread it runs. */
export interface EnginePool {
  /** Never rejects. Takes the document's bytes: they can't be used afterwards. */
  recognise(document: Document): Promise<Outcome>;
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 5_000;

const timedOut = (timeoutMs: number): AttemptFault => ({
  code: 'timeout',
  message: `The document was not read within ${timeoutMs / 1000} s`,
});
const workerLost: AttemptFault = {
  code: 'worker_lost',
  message: 'The worker died while it read this document',
};

function inThisThread(engine: Engine, timeoutMs: number): EnginePool {
  const closing = new AbortController();
  return {
    async recognise(document) {
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([limit, closing.signal]);
      const aborted = new Promise<Outcome>((resolve) =>
        signal.addEventListener(
          'abort',
          () => resolve({ ok: false, fault: limit.aborted ? timedOut(timeoutMs) : workerLost }),
          { once: true },
        ),
      );
      return Promise.race([recognise(engine, document, signal), aborted]);
    },
    async close() {
      closing.abort();
      await engine.close?.();
    },
  };
}

function inWorkerThreads({ module, options }: WorkerEngine, threads: number, timeoutMs: number): EnginePool {
  const pool = new Piscina({
    filename: new URL('./recognition-worker.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData: { module: module.href, options },
    closeTimeout: CLOSE_TIMEOUT_MS,
  });
  return {
    async recognise(document) {
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        const transferList = [document.bytes.buffer as ArrayBuffer];
        return await pool.run(document, { signal: limit, transferList });
      } catch (error) {
        const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return { ok: false, fault: limit.aborted ? timedOut(timeoutMs) : workerLost, cause };
      }
    },
    close: () => pool.destroy(),
  };
}

/** Opens a provider's engine; that of worker threads loads in the background. */
export const openEnginePool = ({ engine, concurrency, timeoutMs }: ProviderDefinition): EnginePool =>
  'module' in engine ? inWorkerThreads(engine, concurrency, timeoutMs) : inThisThread(engine, timeoutMs);

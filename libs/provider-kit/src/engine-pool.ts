import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Logger } from '@inkstream/service-kit';
import { Piscina } from 'piscina';
import type { Document, Engine, WorkerEngine } from './engine.ts';
import type { ProviderDefinition } from './provider.ts';
import type { AttemptFault } from './provider-error.ts';
import { type Outcome, recognise } from './recognise.ts';
import type { RecognitionTask, RecognitionWorkerData, WorkerMessage } from './recognition-worker.ts';

/** An engine with a time limit that holds, in whatever thread it runs. */
export interface EnginePool {
  /** Documents that it takes beyond those that are read, so that no thread waits for its next one. */
  readonly ahead: number;
  /** Never rejects. Takes the document's bytes: they can't be used afterwards. */
  recognise(document: Document): Promise<Outcome>;
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 5_000;
/** An engine may fetch its models before it loads them. */
const LOAD_TIMEOUT_MS = 600_000;

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
    ahead: 0,
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

function inWorkerThreads(
  { module, options }: WorkerEngine,
  threads: number,
  timeoutMs: number,
  log: Pick<Logger, 'info' | 'error'>,
): EnginePool {
  const pool = new Piscina({
    filename: new URL('./recognition-worker.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData: { module: module.href, options } satisfies RecognitionWorkerData,
    closeTimeout: CLOSE_TIMEOUT_MS,
  });
  pool.on('message', ({ level, message }: WorkerMessage) => log[level](message));
  return {
    ahead: 1,
    async recognise(document) {
      const { port1, port2 } = new MessageChannel();
      const limit = startLimit(timeoutMs, port1);
      const task: RecognitionTask = { document, started: port2 };
      const transferList = [document.bytes.buffer as ArrayBuffer, port2];
      try {
        return await pool.run(task, { signal: limit.signal, transferList });
      } catch (error) {
        const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
        return { ok: false, fault: limit.signal.aborted ? timedOut(timeoutMs) : workerLost, cause };
      } finally {
        limit.stop();
      }
    },
    close: () => pool.destroy(),
  };
}

/** The time limit of a document counts from when its thread says that it starts: a new thread has to load its engine. */
function startLimit(timeoutMs: number, started: MessagePort): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let timer = setTimeout(() => controller.abort(), LOAD_TIMEOUT_MS);
  started.once('message', () => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), timeoutMs);
  });
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      started.close();
    },
  };
}

/** Opens a provider's engine; that of worker threads loads in the background. */
export const openEnginePool = (
  { engine, concurrency, timeoutMs }: ProviderDefinition,
  log: Pick<Logger, 'info' | 'error'>,
): EnginePool =>
  'module' in engine ? inWorkerThreads(engine, concurrency, timeoutMs, log) : inThisThread(engine, timeoutMs);

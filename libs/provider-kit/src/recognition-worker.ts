import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { CreateEngine, Document, Engine } from './engine.ts';
import { type Outcome, recognise } from './recognise.ts';

/** What the pool gives to each thread. */
export interface RecognitionWorkerData {
  readonly module: string;
  readonly options: unknown;
}

/** What the pool gives for each document. `started` is told when the thread begins with it. */
export interface RecognitionTask {
  readonly document: Document;
  readonly started: MessagePort;
}

/** What the thread has to say for the log. */
export interface WorkerMessage {
  readonly level: 'info' | 'error';
  readonly message: string;
}
const tell = (message: WorkerMessage): void => parentPort?.postMessage(message);

/** The thread is ended at the time limit, so the engine's own signal never aborts here. */
const never = new AbortController().signal;

let engine: Promise<Engine> | null = null;

/** The engine, loaded once; where that fails, the next call loads anew. */
function loaded(): Promise<Engine> {
  const { module, options }: RecognitionWorkerData = workerData;
  const load = async () => {
    const { createEngine }: { createEngine: CreateEngine<unknown> } = await import(module);
    return createEngine(options, (message) => tell({ level: 'info', message }));
  };
  engine ??= load().catch((error) => {
    engine = null;
    throw error;
  });
  return engine;
}

/** An engine that can't be loaded is a provider that is down: no document is at fault. */
async function read({ document, started }: RecognitionTask): Promise<Outcome> {
  try {
    const ready = await loaded();
    started.postMessage('started');
    return await recognise(ready, document, never);
  } catch (error) {
    const fault = { code: 'provider_unavailable', message: 'The engine could not be loaded' } as const;
    return { ok: false, fault, cause: String(error) };
  }
}

/** Piscina waits for it: the thread takes documents once its engine is loaded, or is known not to be. */
export default loaded().then(
  () => read,
  (error) => {
    tell({ level: 'error', message: `The engine could not be loaded: ${error}` });
    return read;
  },
);

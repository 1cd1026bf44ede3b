import { workerData } from 'node:worker_threads';
import type { CreateEngine, Document } from './engine.ts';
import { type Outcome, recognise } from './recognise.ts';

/** What the pool gives to each thread. */
export interface RecognitionWorkerData {
  readonly module: string;
  readonly options: unknown;
}

/** The thread is ended at the time limit, so the engine's own signal never aborts here. */
const never = new AbortController().signal;

async function load(): Promise<(document: Document) => Promise<Outcome>> {
  const { module, options }: RecognitionWorkerData = workerData;
  const { createEngine }: { createEngine: CreateEngine<unknown> } = await import(module);
  const engine = await createEngine(options);
  return (document) => recognise(engine, document, never);
}

/** Piscina waits for it: the thread takes documents once its engine is loaded. */
export default load();

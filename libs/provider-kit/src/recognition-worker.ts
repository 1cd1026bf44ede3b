import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Spent } from '@inkstream/domain';
import type { CreateEngine, Document, Engine, EngineThread } from './engine.ts';
import { Purse } from './limits/purse.ts';
import { NativeGate } from './native-gate.ts';
import { notLoaded, type Outcome, workerLost } from './outcome.ts';
import { nobody, type PageSink, type PagesTask } from './pages-read.ts';
import { type AttemptFault, toFault } from './provider-error.ts';
import { causeOf, recognise } from './recognise.ts';
import type { PageToStore } from './stored-page.ts';

/** What the pool passes to each thread. */
export interface RecognitionWorkerData {
  readonly module: string;
  readonly options: unknown;
  /** The gate of all threads. */
  readonly gate: SharedArrayBuffer;
}

/** What the pool passes for each document. The port tells it how far the thread is; any message to it is an abort. */
export interface RecognitionTask {
  readonly document: Document;
  readonly task: PagesTask;
  readonly port: MessagePort;
}

/** Asks whether the engine is loaded and well. */
export type ProbeTask = 'probe';

/**
 * What the thread says of a document: that it begins with it (`gate` is its own), how many pages there are, what it has
 * read of one, when it begins and ends to read them, and that it is alive.
 */
export type TaskMessage =
  | { readonly kind: 'begun'; readonly gate: SharedArrayBuffer }
  | { readonly kind: 'opened'; readonly pages: number }
  | { readonly kind: 'page'; readonly page: PageToStore }
  | { readonly kind: 'pages-begun'; readonly numbers: readonly number[] }
  /** `fault`: the code of what went wrong with them, if anything did. */
  | { readonly kind: 'pages-ended'; readonly numbers: readonly number[]; readonly fault?: string }
  | { readonly kind: 'alive' };

/** What became of a document, and what was spent on it. */
export type TaskOutcome = Outcome & { readonly spent?: Spent };

/** What the thread has to say for the log. */
export interface WorkerMessage {
  readonly level: 'info' | 'error';
  readonly message: string;
}
const tell = (message: WorkerMessage): void => parentPort?.postMessage(message);

const PROBE_TIMEOUT_MS = 30_000;

const { module, options, gate }: RecognitionWorkerData = workerData;
const ownGate = new NativeGate();
const allGate = new NativeGate(gate);
const thread: EngineThread = {
  log: (message) => tell({ level: 'info', message }),
  native: (call) => allGate.pass(() => ownGate.pass(call)),
};

let engine: Promise<Engine> | null = null;

/** The engine, loaded once; if that fails, the next call loads again. */
function loaded(): Promise<Engine> {
  const load = async () => {
    const { createEngine }: { createEngine: CreateEngine<unknown> } = await import(module);
    return createEngine(options, thread);
  };
  engine ??= load().catch((error) => {
    engine = null;
    throw error;
  });
  return engine;
}

async function read({ document, task, port }: RecognitionTask): Promise<TaskOutcome> {
  const say = (message: TaskMessage) => port.postMessage(message);
  const ended = new AbortController();
  port.on('message', () => ended.abort());
  // It was closed for the document before this one, which ended by itself in time.
  ownGate.open();
  try {
    const ready = await loaded();
    if (receiveMessageOnPort(port)) return { kind: 'failed', fault: workerLost };
    say({ kind: 'begun', gate: ownGate.shared });
    const sink: PageSink = {
      opened: (pages) => say({ kind: 'opened', pages }),
      keep: (page) => say({ kind: 'page', page }),
      // What computes has nothing to ask for again.
      note: nobody.note,
      async ofPages(numbers, work) {
        say({ kind: 'pages-begun', numbers });
        try {
          const done = await work();
          say({ kind: 'pages-ended', numbers });
          return done;
        } catch (error) {
          say({ kind: 'pages-ended', numbers, fault: toFault(error).code });
          throw error;
        }
      },
    };
    const alive = () => say({ kind: 'alive' });
    const purse = new Purse();
    const how = { signal: ended.signal, alive, task, sink, purse };
    return { ...(await recognise(ready, document, how)), spent: purse.spent };
  } catch (error) {
    return { kind: 'failed', fault: loadFault(error), cause: String(error) };
  } finally {
    port.close();
  }
}

/** Why the engine was not loaded: in its own words if they are for clients. */
function loadFault(error: unknown): AttemptFault {
  const fault = toFault(error);
  return fault.code === 'internal_error' ? notLoaded : fault;
}

async function probe(): Promise<AttemptFault | null> {
  try {
    const ready = await loaded();
    await ready.probe?.(AbortSignal.timeout(PROBE_TIMEOUT_MS));
    return null;
  } catch (error) {
    tell({ level: 'error', message: `The engine is not ready: ${causeOf(error)}` });
    return loadFault(error);
  }
}

const work = (task: RecognitionTask | ProbeTask): Promise<TaskOutcome | AttemptFault | null> =>
  task === 'probe' ? probe() : read(task);

/** Piscina waits for it: the thread takes documents once its engine is loaded, or is known not to be. */
export default loaded().then(
  () => work,
  (error) => {
    tell({ level: 'error', message: `The engine could not be loaded: ${error}` });
    return work;
  },
);

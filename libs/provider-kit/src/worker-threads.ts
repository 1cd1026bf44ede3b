import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { Logger } from '@inkstream/service-kit';
import { Piscina } from 'piscina';
import type { Document, WorkerEngine } from './engine.ts';
import type { EnginePool, ReadOptions } from './engine-pool.ts';
import { NativeGate } from './native-gate.ts';
import { notLoaded, type Outcome, workerLost } from './outcome.ts';
import type { PageSink } from './pages-read.ts';
import type { ProviderDefinition } from './provider.ts';
import type { AttemptFault } from './provider-error.ts';
import type {
  ProbeTask,
  RecognitionTask,
  RecognitionWorkerData,
  TaskMessage,
  TaskOutcome,
  WorkerMessage,
} from './recognition-worker.ts';
import { startLimits, type TimeLimits, watchAbort } from './time-limits.ts';

/** An engine may fetch its models before it loads them. */
const LOAD_TIMEOUT_MS = 600_000;
/** How long an engine may take to obey its signal, ms. */
const ABORT_GRACE_MS = 600;
/** No call of native code should take longer. Beyond it the thread is ended all the same. */
const NATIVE_LIMIT_MS = 5_000;
/** A thread that is not gone so long after it was ended is ended again. */
const END_AGAIN_MS = 500;
/** The thread for slow documents ends after this long without one, ms. */
const SLOW_IDLE_MS = 30_000;

/** The threads of an engine, and one more for slow documents, which is there while there are any. */
export function inWorkerThreads(
  { module, options }: WorkerEngine,
  definition: ProviderDefinition,
  log: Pick<Logger, 'info' | 'error'>,
): EnginePool {
  const gate = new NativeGate();
  let closing = false;
  const open = (minThreads: number, maxThreads: number) => {
    const threads = new Piscina({
      filename: new URL('./recognition-worker.ts', import.meta.url).href,
      minThreads,
      maxThreads,
      idleTimeout: SLOW_IDLE_MS,
      workerData: { module: module.href, options, gate: gate.shared } satisfies RecognitionWorkerData,
    });
    // What breaks off because its thread ends is no fault.
    threads.on('message', ({ level, message }: WorkerMessage) => closing || log[level](message));
    return threads;
  };
  const normal = open(definition.concurrency, definition.concurrency);
  const slow = open(0, 1);
  /** Those that were handed over and wait for a thread. */
  const ahead = new Set<ReadOptions>();
  return {
    computes: true,
    ahead: 1,
    probe: () => probe(normal),
    async recognise(document, options) {
      const { key, othersWait, signal } = options;
      signal.throwIfAborted();
      if (options.slow)
        return outcomeOf(
          startTask(slow, document, options),
          () => startLimits(definition, () => false),
          signal,
        );
      const task = startTask(normal, document, options);
      ahead.add(options);
      void Promise.race([task.begun, task.outcome]).then(() => ahead.delete(options));
      const mustGiveWay = () => othersWait() || ahead.values().some((other) => other.key !== key);
      return outcomeOf(task, () => startLimits(definition, mustGiveWay), signal);
    },
    async close() {
      closing = true;
      await gate.close(NATIVE_LIMIT_MS);
      await Promise.all([normal, slow].map((threads) => endThreads(threads, () => threads.destroy())));
    },
  };
}

/**
 * Resolves once the threads that `end` ends are gone. Node lets one go on that is ended while it evaluates a CommonJS
 * module, and if it has nothing else to do it would wait for ever: so it is ended again.
 */
async function endThreads(threads: Piscina, end: () => unknown): Promise<void> {
  const before = threads.threads;
  const ended = end();
  const kept = new Set(threads.threads);
  await Promise.all([ended, ...before.filter((thread) => !kept.has(thread)).map(endUntilGone)]);
}

async function endUntilGone(thread: Worker): Promise<void> {
  for (let waitMs = END_AGAIN_MS; ; waitMs *= 2) {
    const gone = thread.terminate().then(() => true);
    if (await Promise.race([gone, sleep(waitMs, false, { ref: false })])) return;
  }
}

/** Loads the engine in one of the threads, unless it is loaded, and asks it. */
async function probe(threads: Piscina): Promise<AttemptFault | null> {
  const signal = AbortSignal.timeout(LOAD_TIMEOUT_MS);
  const task: ProbeTask = 'probe';
  return await threads.run(task, { signal }).catch(() => notLoaded);
}

/** What becomes of the task. Its time counts from when the thread starts: a new one has to load its engine. */
async function outcomeOf(task: Task, startTime: () => TimeLimits, signal: AbortSignal): Promise<Outcome> {
  const watch = watchAbort(signal);
  try {
    return await outcomeUnless(watch.aborted, task, startTime, signal);
  } finally {
    watch.stop();
  }
}

async function outcomeUnless(
  aborted: Promise<'aborted'>,
  task: Task,
  startTime: () => TimeLimits,
  signal: AbortSignal,
): Promise<Outcome> {
  const begun = await Promise.race([task.begun, task.outcome, aborted]);
  if (begun === 'aborted') {
    task.abort();
    // Its thread may have begun a moment before it could know.
    void task.begun.then((gate) => stop(task, gate));
    throw signal.reason;
  }
  if (!(begun instanceof NativeGate)) return begun;
  const time = startTime();
  task.onAlive(time.pageRead);
  const ending = await Promise.race([time.exceeded, task.outcome, aborted]);
  time.stop();
  if (ending === 'aborted') {
    await stop(task, begun);
    throw signal.reason;
  }
  if ('kind' in ending) return ending;
  const late = await stop(task, begun);
  return late?.kind === 'read' ? late : { kind: 'failed', fault: ending };
}

/** Ends the work on a document, if need be with its thread. Resolves with what came of it in time. */
async function stop(task: Task, gate: NativeGate): Promise<Outcome | undefined> {
  task.abort();
  const late = await Promise.race([task.outcome, sleep(ABORT_GRACE_MS, undefined)]);
  if (late) return late;
  await Promise.race([task.outcome, gate.close(NATIVE_LIMIT_MS)]);
  task.endThread();
  return undefined;
}

/** A document on its way through a thread. */
interface Task {
  /** Resolves once a thread begins with it, with that thread's gate. */
  readonly begun: Promise<NativeGate>;
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  onAlive(listener: () => void): void;
  /** Asks the engine to stop; a thread that has not begun is not to. */
  abort(): void;
  /** Ends the thread, unless the document is done with. */
  endThread(): void;
}

/** Has pages measured that a thread says to begin and to end; with the thread those end that are under way. */
function pagesUnderWay(sink: Pick<PageSink, 'ofPages'>) {
  const underWay = new Map<number | undefined, (fault?: string) => void>();
  const end = ([first]: readonly number[], fault?: string) => {
    underWay.get(first)?.(fault);
    underWay.delete(first);
  };
  return {
    begin(numbers: readonly number[]) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      underWay.set(numbers[0], (code) => (code === undefined ? resolve() : reject({ code })));
      // What went wrong is told with what came of the document.
      sink.ofPages(numbers, () => promise).catch(() => {});
    },
    end,
    endAll() {
      for (const finish of underWay.values()) finish(workerLost.code);
    },
  };
}

function startTask(
  threads: Piscina,
  document: Document,
  { task: pages, sink, purse }: Pick<ReadOptions, 'task' | 'sink' | 'purse'>,
): Task {
  const { port1: port, port2 } = new MessageChannel();
  const { promise: begun, resolve: begin } = Promise.withResolvers<NativeGate>();
  const ended = new AbortController();
  let fault = workerLost;
  const endThread = () => void endThreads(threads, () => ended.abort());
  const loading = setTimeout(() => {
    fault = notLoaded;
    endThread();
  }, LOAD_TIMEOUT_MS);
  let onAlive: (() => void) | undefined;
  const pagesOf = pagesUnderWay(sink);
  const take = (message: TaskMessage) => {
    switch (message.kind) {
      case 'begun':
        clearTimeout(loading);
        return begin(new NativeGate(message.gate));
      case 'opened':
        return sink.opened(message.pages);
      case 'page':
        return sink.keep(message.page);
      case 'pages-begun':
        return pagesOf.begin(message.numbers);
      case 'pages-ended':
        return pagesOf.end(message.numbers, message.fault);
      case 'alive':
        return onAlive?.();
      default:
        return message satisfies never;
    }
  };
  port.on('message', take);
  /** What the thread said before its end. */
  const takeRest = () => {
    for (let last = receiveMessageOnPort(port); last; last = receiveMessageOnPort(port)) take(last.message);
  };
  const run = async (): Promise<Outcome> => {
    const task: RecognitionTask = { document, task: pages, port: port2 };
    const transferList = [document.bytes.buffer as ArrayBuffer, port2];
    try {
      const { spent = {}, ...outcome }: TaskOutcome = await threads.run(task, {
        signal: ended.signal,
        transferList,
      });
      purse.spend(spent);
      return outcome;
    } catch (error) {
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: 'failed', fault, cause };
    } finally {
      clearTimeout(loading);
      takeRest();
      pagesOf.endAll();
      port.close();
    }
  };
  return {
    begun,
    outcome: run(),
    onAlive(listener: () => void) {
      onAlive = listener;
    },
    abort: () => port.postMessage('abort'),
    endThread,
  };
}

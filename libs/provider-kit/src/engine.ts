import type { RecognisedPage, RecognisedReceipt, ResultWarning } from '@inkstream/contracts';
import type { Cost, Usage } from '@inkstream/domain';
import type { Limiter } from './limits/limiter.ts';
import type { ListedModel } from './listed-models.ts';
import type { PageNote, PageReading } from './page-reading.ts';
import type { Charge } from './provider-error.ts';

/** A document as it was uploaded. `mimeType` is what its bytes say, not what the client said. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

/**
 * What an engine read. `pages` alone is enough: text, Markdown and fields follow from their lines, whose place and
 * confidence may be left out. A provider that has fields or Markdown itself returns them in `receipts` and `markdown`,
 * without what it does not know; its own answer, kept for whoever wants it whole, goes in `raw` (any JSON).
 */
export interface Recognition {
  readonly pages: readonly RecognisedPage[];
  /** The model that read it, with its version. */
  readonly model: string;
  readonly receipts?: readonly RecognisedReceipt[];
  readonly markdown?: string;
  /** What it could not read; the warning of a page with an `error` follows from the page. */
  readonly warnings?: readonly ResultWarning[];
  readonly raw?: unknown;
  /** Numbers of the pages that were handed over with an answer of their own. */
  readonly rawPages?: readonly number[];
  /** What was spent beside the calls that were made by `Reading.call`, which are counted already. */
  readonly usage?: Usage;
  readonly cost?: Cost;
}

/** `tokens`: the most that the call may use, if the vendor limits them: those of calls like it by default. */
export interface CallOptions {
  readonly tokens?: number;
}

/**
 * Makes a call to the vendor once the limiter, the day's budget and the cap of the execution allow it, and counts what
 * it cost: by its answer, or by the `spent` of a `ProviderError`. The wait counts for no time limit.
 *
 * @throws ProviderError if the call is not to be made; whatever the call throws.
 */
export type MakeCall = <T extends Charge>(call: () => Promise<T>, options?: CallOptions) => Promise<T>;

/** What an engine has beside the document. */
export interface Reading {
  /** Aborts at a time limit, once nobody wants the document any more, and when the service stops. */
  readonly signal: AbortSignal;
  /** The numbers of the pages that were asked for, from 1, in ascending order; undefined for all of them. */
  readonly selected: readonly number[] | undefined;
  /**
   * Says how many pages the document has. Returns the numbers of those that are to be read yet, in the order to begin
   * them: none that an attempt before has read.
   */
  readonly opened: (pageCount: number) => readonly number[];
  /** Hands over what was read of a page, which is stored at once. The next one then has a time limit of its own. */
  readonly pageRead: (number: number, page: PageReading) => void;
  /**
   * Says that a page was not read. A permanent fault costs the page; after one that may pass, the others are read, and
   * the page in the next attempt. `size`: of the page, pixels, as far as it is known.
   *
   * @throws the error if it says that the provider is down: the attempt is to end.
   */
  readonly pageFailed: (number: number, error: unknown, size?: PageSize) => void;
  /** Has the work on these pages measured, and traced as theirs: reading them, with the calls that it takes. */
  readonly ofPages: <T>(numbers: readonly number[], work: () => Promise<T>) => Promise<T>;
  /** What is noted of a page. */
  readonly note: (number: number) => PageNote;
  /** To be called at each sign of life by an engine that reads a document whole: its time limit begins anew. */
  readonly alive: () => void;
  /** Every call that costs, or that the vendor limits, goes through it. */
  readonly call: MakeCall;
}

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * What reads documents. It says what went wrong by throwing a `ProviderError`; its code `timeout` is for a document
 * that used up a time limit, and allows one more attempt.
 */
export interface Engine {
  /** Resolves with what was read, or with null if the pages were handed over one by one. */
  recognise(document: Document, reading: Reading): Promise<Recognition | null>;
  /**
   * A cheap call that tells whether documents can be read now: its key is taken, the service answers. Rejects as
   * `recognise` does. It is called at the start, and on a timer while the provider is down; without one, the next
   * document is the probe.
   */
  probe?(signal: AbortSignal): Promise<void>;
  /** The models that its vendor has now, if it lists them. Rejects as `recognise` does. */
  models?(signal: AbortSignal): Promise<readonly ListedModel[]>;
  /** Limits the calls that are made by `Reading.call`. */
  readonly limiter?: Limiter;
  close?(): Promise<void>;
}

/**
 * An engine that computes: a module that exports `createEngine(options, thread)` and runs in worker threads, as many as
 * the provider's concurrency. A document that takes too long, or that nobody wants any more, costs its thread, not the
 * process, unless the engine obeys its signal soon.
 */
export interface WorkerEngine {
  readonly module: URL;
  /** Passed to `createEngine`; plain data. */
  readonly options: unknown;
}
export type CreateEngine<Options> = (options: Options, thread: EngineThread) => Promise<Engine>;

/** What an engine knows of its thread. */
export interface EngineThread {
  readonly log: (message: string) => void;
  /**
   * Runs a call of native code that does not stand the end of its thread (ONNX Runtime ends the process then): the
   * thread ends before or after it. Rejects without a call once the thread is to end. Keep such calls short.
   */
  readonly native: <T>(call: () => Promise<T>) => Promise<T>;
}

import type { OcrPage, Receipt } from '@inkstream/contracts';
import type { ExecutionCompleted } from '@inkstream/domain';

/** A document as it was uploaded. `mimeType` is what its bytes say, not what the client said. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

/**
 * What an engine read. `pages` alone is enough: text, Markdown and fields follow from their lines. A provider that
 * gives fields or Markdown itself says so in `receipt` and `markdown`; its own answer, kept for whoever wants it
 * whole, goes in `raw` (any JSON).
 */
export interface Recognition {
  readonly pages: readonly OcrPage[];
  /** The model that read it, with its version. */
  readonly model: string;
  readonly receipt?: Receipt;
  readonly markdown?: string;
  readonly raw?: unknown;
  readonly usage?: NonNullable<ExecutionCompleted['usage']>;
  readonly cost?: NonNullable<ExecutionCompleted['cost']>;
}

/** What reads documents. It says what went wrong by throwing a `ProviderError`. */
export interface Engine {
  /** The signal aborts at the time limit, and when the service stops. */
  recognise(document: Document, signal: AbortSignal): Promise<Recognition>;
  close?(): Promise<void>;
}

/**
 * An engine that computes: a module that exports `createEngine(options, log)` and runs in worker threads, as many as
 * the provider's concurrency. A document that takes too long costs its thread, not the process.
 */
export interface WorkerEngine {
  readonly module: URL;
  /** Given to `createEngine`; plain data. */
  readonly options: unknown;
}
export type CreateEngine<Options> = (options: Options, log: (message: string) => void) => Promise<Engine>;

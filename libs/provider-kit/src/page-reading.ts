import type { RecognisedPage, RecognisedReceipt, ResultWarning } from '@inkstream/contracts';
import type { Cost, Usage } from '@inkstream/domain';

/** The model of a page that needs none: there is nothing on it. */
export const NO_MODEL = 'none';

/**
 * What was read of a page. A vendor that states fields or Markdown returns them in `receipts` and `markdown`, without
 * what it does not know: what is left out follows from the lines. `raw` is its own answer, any JSON.
 */
export interface PageReading {
  readonly lines: RecognisedPage['lines'];
  /** Pixels of the page as its lines see it; the size of its picture if the vendor says no other. */
  readonly width?: number;
  readonly height?: number;
  /** The clockwise turn that made it upright, degrees; 0 if it is left out. */
  readonly rotation?: RecognisedPage['rotation'];
  /** Of this page alone; `lines` of their fields are indices into its lines. */
  readonly receipts?: readonly RecognisedReceipt[];
  readonly markdown?: string;
  readonly warnings?: readonly ResultWarning[];
  readonly raw?: unknown;
  /** The model that read it, with its version, as the vendor names it in its answer. */
  readonly model: string;
  readonly usage?: Usage;
  readonly cost?: Cost;
}

/**
 * A word that is kept until the execution has ended, whoever reads the page then: the token of a call that the vendor
 * has begun, so that the next attempt asks for its answer and buys nothing again. Null if there is none.
 */
export interface PageNote {
  get(): Promise<string | null>;
  set(text: string): Promise<void>;
}

export interface PageCall {
  /** Aborts at a time limit, once nobody wants the document any more, and when the service stops. */
  readonly signal: AbortSignal;
  readonly note: PageNote;
}

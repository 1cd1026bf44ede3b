import { completeResult, type StorableResult } from './complete-result.ts';
import type { Document, Engine } from './engine.ts';
import { type AttemptFault, toFault } from './provider-error.ts';

/** What became of an attempt: plain data, so that it crosses threads whole. */
export type Outcome =
  | { readonly ok: true; readonly result: StorableResult }
  | { readonly ok: false; readonly fault: AttemptFault; readonly cause?: string };

/** Reads a document and completes the result. Never rejects. */
export async function recognise(engine: Engine, document: Document, signal: AbortSignal): Promise<Outcome> {
  try {
    return { ok: true, result: completeResult(await engine.recognise(document, signal)) };
  } catch (error) {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ok: false, fault: toFault(error), cause };
  }
}

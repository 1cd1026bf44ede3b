import { completeResult, type StorableResult } from './complete-result.ts';
import type { Document, Engine, Reading } from './engine.ts';
import { type AttemptFault, toFault } from './provider-error.ts';

/** What became of an attempt: plain data, so that it crosses threads whole. */
export type Outcome =
  | { readonly ok: true; readonly result: StorableResult }
  | { readonly ok: false; readonly fault: AttemptFault; readonly cause?: string };

export const workerLost: AttemptFault = {
  code: 'worker_lost',
  message: 'The worker died while it read this document',
};

/** An engine that can't be loaded is a provider that is down: no document is at fault. */
export const notLoaded: AttemptFault = {
  code: 'provider_unavailable',
  message: 'The engine could not be loaded',
};

/** Reads a document and completes the result. Never rejects. */
export async function recognise(engine: Engine, document: Document, reading: Reading): Promise<Outcome> {
  try {
    return { ok: true, result: completeResult(await engine.recognise(document, reading)) };
  } catch (error) {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ok: false, fault: toFault(error), cause };
  }
}

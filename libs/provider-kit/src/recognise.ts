import { completeResult } from './complete-result.ts';
import type { Document, Engine, Reading } from './engine.ts';
import type { Outcome } from './outcome.ts';
import { toFault } from './provider-error.ts';

export const causeOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Reads a document and completes the result. Never rejects. */
export async function recognise(engine: Engine, document: Document, reading: Reading): Promise<Outcome> {
  try {
    return { kind: 'read', result: completeResult(await engine.recognise(document, reading)) };
  } catch (error) {
    return { kind: 'failed', fault: toFault(error), cause: causeOf(error) };
  }
}

import { completeResult } from './complete-result.ts';
import type { Document, Engine, Reading } from './engine.ts';
import type { Purse } from './limits/purse.ts';
import type { Outcome } from './outcome.ts';
import { toFault } from './provider-error.ts';

const firstLine = (error: Error): string => error.message.split('\n', 1)[0] ?? '';

const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? `${firstLine(error)}: ${firstLine(error.cause)}` : firstLine(error);

/** For the log: the stack of what was not foreseen; of a fault that has a code one line, what it and its cause say. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return toFault(error).code === 'internal_error' ? (error.stack ?? error.message) : reasonOf(error);
}

/** Reads a document, counts in the purse what that cost, and completes the result. Never rejects. */
export async function recognise(
  engine: Engine,
  document: Document,
  reading: Reading,
  purse: Purse,
): Promise<Outcome> {
  try {
    const recognition = await engine.recognise(document, reading);
    purse.spend(recognition);
    return { kind: 'read', result: completeResult(recognition) };
  } catch (error) {
    purse.spendOn(error);
    return { kind: 'failed', fault: toFault(error), cause: causeOf(error) };
  }
}

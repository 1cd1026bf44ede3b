import type { OcrLine, RecognisedReceipt, ResultWarning } from '@inkstream/contracts';
import { statedReceipt } from '@inkstream/receipt-fields';
import { type Charge, ProviderError } from '../provider-error.ts';
import { visionAnswer } from './answer-schema.ts';

/** What a model says of a page. Of places and confidences it knows nothing, so there are none. */
export interface VisionAnswer {
  readonly lines: OcrLine[];
  readonly receipts: readonly RecognisedReceipt[];
  /** What it answered that is no value of its field. */
  readonly warnings: readonly ResultWarning[];
}

/** The model's answer ended at its limit of tokens, so that a part of the page is missing. */
export const cutAnswer = (vendor: string): ProviderError =>
  new ProviderError(
    'invalid_result',
    `${vendor} ended its answer at its limit of tokens, before the page did`,
  );

/** The model, or a filter around it, does not want to read what the page shows. */
export const refusedAnswer = (vendor: string, why?: string): ProviderError =>
  new ProviderError(
    'content_refused',
    `${vendor} refused to read the page${why ? `: ${why.slice(0, 200)}` : ''}`,
  );

/** The answer is no reading of a page: `why` says what the vendor did. */
export const invalidAnswer = (vendor: string, why: string, cause?: unknown): ProviderError =>
  new ProviderError('invalid_result', `${vendor} ${why}`, undefined, { cause });

/**
 * Reads an answer that was paid for.
 *
 * @throws what reading throws; a ProviderError with what was spent.
 */
export function paidFor<T>(spent: Charge, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { code, message, retryAfterMs, pause, cause } = error;
    throw new ProviderError(code, message, retryAfterMs, { spent, pause, cause });
  }
}

/** Numbers become texts: some models write 9.5 for what the schema calls a string. */
const numbersAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? String(value) : value;

/**
 * Reads the JSON that a model answered by `visionSchema`. Amounts and dates get the form of results; what a model left
 * open stays open.
 *
 * @param vendor its name as clients read it
 * @throws ProviderError `invalid_result` if there is no answer, or none in that shape.
 */
export function parseVisionAnswer(text: string | null | undefined, vendor: string): VisionAnswer {
  if (!text?.trim()) throw invalidAnswer(vendor, 'answered nothing');
  const parsed = visionAnswer.safeParse(jsonOf(text, vendor));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalidAnswer(
      vendor,
      `answered JSON that is no reading of a page: ${issue?.message} (${issue?.path.join('.')})`,
    );
  }
  const stated = parsed.data.receipts.map(statedReceipt);
  return {
    lines: parsed.data.lines.flatMap(linesIn),
    receipts: stated.map(({ receipt }) => receipt),
    warnings: stated.flatMap(({ warnings }) => warnings),
  };
}

/** The lines of an entry, which may hold line breaks; those without text are none. */
const linesIn = (entry: string): OcrLine[] =>
  entry
    .toWellFormed()
    .split(/\r?\n/)
    .map((text) => text.replaceAll('\u0000', '').trim())
    .filter((text) => text !== '')
    .map((text) => ({ text }));

function jsonOf(text: string, vendor: string): unknown {
  try {
    return JSON.parse(text, numbersAsText);
  } catch (cause) {
    throw invalidAnswer(vendor, 'answered what is no JSON', cause);
  }
}

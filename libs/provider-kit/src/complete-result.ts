import { createHash } from 'node:crypto';
import { type OcrResult, ocrResultSchema } from '@inkstream/contracts';
import { extractReceipt, toMarkdown, toText } from '@inkstream/receipt-fields';
import type { Recognition } from './engine.ts';
import { ProviderError } from './provider-error.ts';

/** A result as it is stored: JSON in UTF-8 with its SHA-256 (hex), and what the event says of it. */
export interface StorableResult extends Pick<Recognition, 'model' | 'usage' | 'cost'> {
  readonly json: Uint8Array;
  readonly sha256: string;
  readonly pages: number;
  /** The provider's own answer as JSON. */
  readonly raw?: Uint8Array;
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/**
 * The result in the shape that all providers share: what the engine left out follows from the lines.
 *
 * @throws ProviderError `invalid_result` where the engine's pages or fields are not in that shape.
 */
export function completeResult(recognition: Recognition): StorableResult {
  const { pages, model, usage, cost, raw } = recognition;
  const receipt = recognition.receipt ?? extractReceipt(pages);
  const parsed = ocrResultSchema.safeParse({
    markdown: recognition.markdown ?? toMarkdown(pages, receipt),
    text: toText(pages),
    pages,
    receipt,
  } satisfies Record<keyof OcrResult, unknown>);
  if (!parsed.success)
    throw new ProviderError(
      'invalid_result',
      `The provider's answer is not valid: ${parsed.error.issues[0]?.message}`,
    );
  const json = encode(parsed.data);
  return {
    json,
    sha256: createHash('sha256').update(json).digest('hex'),
    pages: pages.length,
    model,
    ...(usage ? { usage } : {}),
    ...(cost ? { cost } : {}),
    ...(raw === undefined ? {} : { raw: encode(raw) }),
  };
}

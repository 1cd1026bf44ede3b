import { createHash } from 'node:crypto';
import {
  type OcrPage,
  type OcrResult,
  ocrResultSchema,
  RESULT_VERSION,
  type Receipt,
  type ResultWarning,
  receiptSchema,
  saysSomething,
} from '@inkstream/contracts';
import { checkedReceipts, extractReceipts, toMarkdown, toText } from '@inkstream/receipt-fields';
import type { Recognition } from './engine.ts';
import { ProviderError } from './provider-error.ts';

/** A result as it is stored: JSON in UTF-8 with its SHA-256 (hex), and what the event says of it. */
export interface StorableResult extends Pick<Recognition, 'model'> {
  readonly json: Uint8Array;
  readonly sha256: string;
  readonly pages: number;
  /** How many of them could not be read; left out if none. */
  readonly pageErrors?: number;
  /** The provider's own answer as JSON. */
  readonly raw?: Uint8Array;
  /** Numbers of the pages whose own answers are kept with them. */
  readonly rawPages: readonly number[];
  /** It is a copy of another execution's. */
  readonly reused?: true;
}

/** Longest name of a model that is kept: it goes into an event, whatever a provider answers. */
const MAX_MODEL_LENGTH = 200;

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { message: string; path: readonly PropertyKey[] }[] } };
}

/** What a schema takes, or `invalid_result`. */
function checked<T>(schema: Schema<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ProviderError(
    'invalid_result',
    `The provider's answer is not valid: ${issue?.message} (${issue?.path.join('.')})`,
  );
}

/**
 * The receipts that the provider returned, checked against its lines, else those that its lines hold; those without any
 * field are left out. And the text of the pages, in the order of these receipts.
 */
function receiptsOf(
  { receipts }: Recognition,
  pages: readonly OcrPage[],
): { receipts: Receipt[]; text: string } {
  // A page without lines counts none, so the indices of lines stay as they are.
  const read = pages.filter(({ error, lines }) => !error || lines.length > 0);
  if (!receipts) {
    const found = extractReceipts(read);
    const parts = pages.map((page) => found.parts[read.indexOf(page)] ?? []);
    return { receipts: found.receipts.filter(saysSomething), text: toText(pages, parts) };
  }
  const all = read.map(({ number }) => number);
  const returned = checked(
    receiptSchema.array(),
    receipts.map((receipt) => ({ pages: all, ...receipt })),
  );
  return { receipts: checkedReceipts(returned.filter(saysSomething), pages), text: toText(pages) };
}

/** What the provider warned of, and a warning for each page that could not be read. */
const warningsOf = ({ warnings = [] }: Recognition, pages: readonly OcrPage[]): ResultWarning[] => [
  ...warnings,
  ...pages.flatMap(({ error, number }) =>
    error ? [{ code: 'page_not_read' as const, message: error.message, page: number }] : [],
  ),
];

/**
 * The result in the shape that all providers share: what the engine left out follows from the lines.
 *
 * @throws ProviderError `invalid_result` if the engine's pages or fields are not in that shape.
 */
export function completeResult(recognition: Recognition): StorableResult {
  const { model, raw, rawPages = [] } = recognition;
  const pages = recognition.pages.map((page, at) => ({ ...page, number: page.number ?? at + 1 }));
  const { receipts, text } = receiptsOf(recognition, pages);
  const pageErrors = pages.filter(({ error }) => error).length;
  const result = checked(ocrResultSchema, {
    schemaVersion: RESULT_VERSION,
    markdown: recognition.markdown ?? toMarkdown(pages, receipts, text),
    text,
    pages,
    receipt: receipts[0] ?? null,
    receipts,
    warnings: warningsOf(recognition, pages),
  } satisfies Record<Exclude<keyof OcrResult, 'reused'>, unknown>);
  const json = encode(result);
  return {
    json,
    sha256: createHash('sha256').update(json).digest('hex'),
    pages: pages.length,
    ...(pageErrors > 0 && { pageErrors }),
    rawPages,
    model: model.slice(0, MAX_MODEL_LENGTH),
    ...(raw === undefined ? {} : { raw: encode(raw) }),
  };
}

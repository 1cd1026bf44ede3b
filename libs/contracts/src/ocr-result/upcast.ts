import { type OcrResult, ocrResultSchema, RESULT_VERSION } from '../ocr-result.ts';
import { receiptSchema, saysSomething } from './receipt.ts';

type Stored = Readonly<Record<string, unknown>>;
type Upcaster = (stored: Stored) => Stored;

/** Version 1 had no version field and no page numbers, and always one receipt, even if nothing was known of it. */
const oneReceiptToMany: Upcaster = ({ pages, receipt, ...rest }) => {
  const numbered = (Array.isArray(pages) ? pages : []).map((page: object, at) => ({
    number: at + 1,
    ...page,
  }));
  const only = receiptSchema.parse({ pages: numbered.map(({ number }) => number), ...Object(receipt) });
  const receipts = saysSomething(only) ? [only] : [];
  return { ...rest, pages: numbered, receipt: receipts[0] ?? null, receipts, warnings: [] };
};

/** The functions that turn a stored result of one version into the next, by the version that it starts from. */
const upcasters: Readonly<Record<number, Upcaster>> = { 1: oneReceiptToMany };

export class UnknownResultVersionError extends Error {
  override readonly name = 'UnknownResultVersionError';
}

/**
 * A stored result in today's shape, whatever version it was written in. One without a version is of version 1.
 *
 * @throws UnknownResultVersionError for a version that this code does not know, so that nothing is misread.
 * @throws z.ZodError if it is not what its version says.
 */
export function upcastResult(stored: Stored): OcrResult {
  const { schemaVersion: version = 1 } = stored;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > RESULT_VERSION)
    throw new UnknownResultVersionError(
      `A result has schema version ${version}; this code knows 1 to ${RESULT_VERSION}`,
    );
  let current = stored;
  for (let from = version; from < RESULT_VERSION; from++)
    current = { ...upcasters[from]?.(current), schemaVersion: from + 1 };
  return ocrResultSchema.parse(current);
}

/** How a result of today's version begins: whoever writes one puts its version first. */
const TODAYS = `{"schemaVersion":${RESULT_VERSION},`;

/**
 * The JSON of a stored result in today's version: the very text if it is of that version, which is not read then.
 *
 * @throws what {@link upcastResult} throws; SyntaxError if it is not JSON.
 */
export const upcastResultText = (text: string): string =>
  text.startsWith(TODAYS) ? text : JSON.stringify(upcastResult(Object(JSON.parse(text))));

import {
  RECEIPT_FIELDS,
  type Receipt,
  type ReceiptField,
  type ReceiptFieldName,
  type RecognisedPage,
} from '@inkstream/contracts';
import { type ExtractOptions, extractReceipt } from '../extract-receipt.ts';
import { boundedRows } from '../page/bounded-rows.ts';
import { sameValue, textOfRows } from './in-text.ts';
import { sumsOf } from './sums.ts';

/** What a confidence shrinks by for each check that fails. */
const DOUBT = 0.5;

/**
 * The receipts that a provider stated, held against the lines that it read. Each field's `checks` say how that went:
 *
 * - `in_text`: the value stands in the text;
 * - `rules`: the rules for fields find the same in the text;
 * - `sums`: the amounts add up.
 *
 * A check that fails lowers the confidence of its field, if there is one. A field that the provider did not state is
 * the one that the rules find, if no other receipt is on the same pages.
 */
export function checkedReceipts(
  receipts: readonly Receipt[],
  pages: readonly RecognisedPage[],
  options: ExtractOptions = {},
): Receipt[] {
  return receipts.map((receipt) => {
    const alone = !receipts.some(
      (other) => other !== receipt && other.pages.some((page) => receipt.pages.includes(page)),
    );
    return checkedReceipt(receipt, pagesOf(receipt, pages), alone, options);
  });
}

/** The pages that a receipt is on, and of each of their lines its place among the lines of all pages. */
interface OwnPages {
  readonly pages: readonly RecognisedPage[];
  readonly places: readonly number[];
}

function pagesOf(receipt: Receipt, pages: readonly RecognisedPage[]): OwnPages {
  let first = 0;
  const own: RecognisedPage[] = [];
  const places: number[] = [];
  pages.forEach((page, at) => {
    if (receipt.pages.includes(page.number ?? at + 1)) {
      own.push(page);
      places.push(...page.lines.map((_, line) => first + line));
    }
    first += page.lines.length;
  });
  return { pages: own, places };
}

function checkedReceipt(
  stated: Receipt,
  { pages, places }: OwnPages,
  alone: boolean,
  options: ExtractOptions,
) {
  const placed = <T extends { readonly lines?: readonly number[] }>(field: T): T =>
    field.lines ? { ...field, lines: field.lines.flatMap((line) => places[line] ?? []) } : field;
  const found = alone ? extractReceipt(pages, options) : null;
  const items = stated.items.length > 0 ? stated.items : (found?.items ?? []).map(placed);
  const fields = new Map<ReceiptFieldName, ReceiptField>();
  for (const { name } of RECEIPT_FIELDS) {
    const field: ReceiptField | null | undefined = stated[name] ?? found?.[name];
    if (field) fields.set(name, stated[name] ? field : placed(field));
  }
  const merged: Receipt = { ...stated, ...Object.fromEntries(fields), items };
  const inText = textOfRows(boundedRows(pages), merged.currency?.value ?? null);
  const sums = sumsOf(merged);
  const checked = [...fields].map(([name, field]): [string, ReceiptField] => {
    const rule = found?.[name];
    const agrees = stated[name] && rule ? sameValue(name, field.value, rule.value) : undefined;
    const source = agrees && rule?.lines && !field.lines ? { lines: placed(rule).lines ?? [] } : {};
    const checks = {
      in_text: stated[name] ? inText(name, field.value) : undefined,
      rules: agrees,
      sums: name === 'total' || name === 'subtotal' || name === 'tax' ? sums[name] : undefined,
    };
    return [name, { ...withChecks(field, checks), ...source }];
  });
  return { ...merged, ...Object.fromEntries(checked) };
}

function withChecks(
  field: ReceiptField,
  checks: Readonly<Record<string, boolean | undefined>>,
): ReceiptField {
  const made = Object.entries(checks).flatMap(([code, passed]) =>
    passed === undefined ? [] : [{ code, passed }],
  );
  if (made.length === 0) return field;
  const failed = made.filter(({ passed }) => !passed).length;
  const { confidence } = field;
  return {
    ...field,
    ...(confidence !== undefined && { confidence: Math.round(confidence * DOUBT ** failed * 1000) / 1000 }),
    checks: [...(field.checks ?? []), ...made],
  };
}

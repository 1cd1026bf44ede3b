import { type OcrResult, RECEIPT_FIELDS, type Receipt, type ReceiptField } from '@inkstream/contracts';
import type { Escalation, Shortcoming } from '@inkstream/domain';
import { sumsOf } from '@inkstream/receipt-fields';

const NAMES = new Set<string>(RECEIPT_FIELDS.map(({ name }) => name));
type FieldName = (typeof RECEIPT_FIELDS)[number]['name'];
const isFieldName = (name: string): name is FieldName => NAMES.has(name);

/** The check that a field failed: one of its provider's, or that the amounts add up, which not every provider looks at. */
function failedCheck(receipt: Receipt, name: FieldName, { checks = [] }: ReceiptField): string | undefined {
  const failed = checks.find(({ passed }) => !passed)?.code;
  const sums: Readonly<Record<string, boolean | undefined>> = { ...sumsOf(receipt) };
  return failed ?? (sums[name] === false ? 'sums' : undefined);
}

/** What is wrong with one field of a receipt; at most one thing, so that shortcomings count fields. */
function ofField(receipt: Receipt, name: string, threshold: number): Shortcoming[] {
  const field: ReceiptField | null | undefined = isFieldName(name) ? receipt[name] : null;
  if (!field || !isFieldName(name)) return [{ reason: 'missing', field: name }];
  const check = failedCheck(receipt, name, field);
  if (check !== undefined) return [{ reason: 'check_failed', field: name, check }];
  const { confidence } = field;
  if (confidence !== undefined && confidence < threshold)
    return [{ reason: 'unsure', field: name, confidence }];
  return [];
}

/**
 * Why a reading is not good enough for a policy; empty if it is. It is if all pages were read, and each field of the policy
 * is there on each receipt, failed no check, and is as sure as the policy wants it, if its provider says how sure it is.
 * The same of the same result, so that whoever judges it again after a crash comes to the same.
 */
export function shortcomingsOf(
  { pages, receipts }: Pick<OcrResult, 'pages' | 'receipts'>,
  { fields, confidence }: Pick<Escalation, 'fields' | 'confidence'>,
): Shortcoming[] {
  const unread = pages.some(({ error }) => error) ? [{ reason: 'pages_not_read' }] : [];
  if (receipts.length === 0) return [...unread, ...fields.map((field) => ({ reason: 'missing', field }))];
  return [
    ...unread,
    ...receipts.flatMap((receipt) => fields.flatMap((name) => ofField(receipt, name, confidence))),
  ];
}

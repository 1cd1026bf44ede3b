import type { OcrResult, Receipt } from '@inkstream/contracts';
import { exact, folded, sameMerchant } from './same-text.ts';
import type { Truth } from './truth.ts';

export const JUDGED = ['merchant', 'date', 'time', 'total', 'currency', 'subtotal', 'tax', 'tip'] as const;
export type Judged = (typeof JUDGED)[number];

/** Whether a value is right, whether there is one, and the confidence that it has: 0 if it has none. */
export interface Verdict {
  readonly right: boolean;
  readonly given: boolean;
  readonly confidence: number;
}

export interface Judgement {
  /** Of fields that the truth tells. */
  readonly fields: Partial<Record<Judged, Verdict>>;
  readonly snippets: readonly { readonly exact: boolean; readonly folded: boolean }[];
  /** Items by their amounts, those above zero: how many were found, of how many, among how many. */
  readonly items: { readonly hit: number; readonly wanted: number; readonly found: number };
}

const CENT = 0.006;
const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const sameNumber = (value: string, truth: number | number[]) =>
  listOf(truth).some((one) => Math.abs(Number(value) - one) < CENT);
const sameString = (value: string, truth: string | string[]) => listOf(truth).includes(value);

function rightOf(name: Judged, value: string, truth: Truth): boolean | null {
  if (name === 'merchant') return truth.merchant?.length ? sameMerchant(value, truth.merchant) : null;
  if (name === 'date' || name === 'currency') return truth[name] ? sameString(value, truth[name]) : null;
  if (name === 'time') return truth.time ? sameString(value.slice(0, 5), truth.time) : null;
  const amount = truth[name];
  return amount == null ? null : value !== '' && sameNumber(value, amount);
}

/** What the receipt says of a field; taxes that have no sum are summed. */
function fieldOf(receipt: Receipt | null, name: Judged): { value: string; confidence: number } {
  const field = receipt?.[name];
  if (field) return { value: field.value, confidence: field.confidence ?? 0 };
  const taxes = name === 'tax' ? (receipt?.taxes ?? []) : [];
  if (taxes.length === 0) return { value: '', confidence: 0 };
  const value = String(taxes.reduce((sum, { amount }) => sum + Number(amount ?? 0), 0));
  return { value, confidence: Math.min(...taxes.map(({ confidence = 0 }) => confidence)) };
}

function itemsOf(receipt: Receipt | null, truth: Truth): Judgement['items'] {
  const cents = (values: readonly number[]) =>
    values.map((value) => Math.round(value * 100)).filter((value) => value > 0);
  const left = cents((truth.items ?? []).map(({ amount }) => amount));
  const wanted = left.length;
  const found = wanted === 0 ? [] : cents((receipt?.items ?? []).map(({ amount }) => Number(amount ?? 0)));
  const hit = found.filter((value) => {
    const at = left.indexOf(value);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
  return { hit, wanted, found: found.length };
}

/** What of a result is right, field by field. */
export function judge(
  { receipt, text, pages }: Pick<OcrResult, 'receipt' | 'text' | 'pages'>,
  truth: Truth,
): Judgement {
  const texts = [text, pages.flatMap(({ lines }) => lines.map((line) => line.text)).join(' ')];
  const [exactly, freely] = [texts.map(exact), texts.map(folded)];
  const verdicts = JUDGED.flatMap((name) => {
    const { value, confidence } = fieldOf(receipt, name);
    const right = rightOf(name, value, truth);
    return right === null ? [] : [[name, { right, given: value !== '', confidence }]];
  });
  return {
    fields: Object.fromEntries(verdicts),
    snippets: truth.snippets.map((snippet) => ({
      exact: exactly.some((one) => one.includes(exact(snippet))),
      folded: freely.some((one) => one.includes(folded(snippet))),
    })),
    items: itemsOf(receipt, truth),
  };
}

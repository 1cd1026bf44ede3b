import type { ReceiptFieldName } from '@inkstream/contracts';
import { datesIn } from '../date-time/dates.ts';
import { PHONE_LABELS, RECEIPT_NUMBER_LABELS, TAX_ID_LABELS } from '../lexicon/identifier-labels.ts';
import type { Row } from '../page/rows.ts';

/** A number that names something, as printed, how sure it is, and its row. */
export interface Identifier {
  readonly value: string;
  readonly evidence: number;
  readonly row: Row;
}

/** So many labels make a pattern that can still be checked. */
const LABELS_OF_ONE = 12;

const labelled = (labels: readonly string[], after: string, value: string): RegExp[] => {
  const longest = [...labels].sort((a, b) => b.length - a.length);
  return Array.from({ length: Math.ceil(longest.length / LABELS_OF_ONE) }, (_, at) => {
    const some = longest.slice(at * LABELS_OF_ONE, (at + 1) * LABELS_OF_ONE).join('|');
    return new RegExp(String.raw`(?<![\p{L}\d])(?:${some})${after}(?<value>${value})`, 'iu');
  });
};
/** What stands between a label and its number: "No.: ", " # ". */
const GAP = String.raw`[\s.:#№°=]{0,4}(?:(?:n[°º]|(?:nr|no|num|number|br|nummer)(?![\p{L}\d]))[\s.:#№°=]{0,4})?`;

const RECEIPT_NUMBER = labelled(
  RECEIPT_NUMBER_LABELS,
  GAP,
  String.raw`(?=[A-Z\-/.]{0,8}\d)[\dA-Z][\dA-Z\-/.]{1,30}`,
);
const TAX_ID = labelled(
  TAX_ID_LABELS,
  GAP,
  String.raw`(?=[A-Z\s\-]{0,6}\d)[\dA-Z](?:[\s.\-/]?[\dA-Z]){6,20}`,
);
const PHONE = labelled(
  PHONE_LABELS,
  String.raw`[\s.:#)]{0,4}`,
  String.raw`\+?\(?\d(?:[\s.\-/()]{0,2}\d){5,14}`,
);
/** "(212) 555-0142", "+49 30 1234567": a number that nothing else looks like. */
const BARE_PHONE =
  /(?<![\d\-/.(])(?<value>\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}|\+\d{1,3}(?:[\s.\-/()]{1,2}\d{1,5}){2,5})(?![\d\-/])/u;
/** A number of VAT that bears its country's letters. */
const EUROPEAN_VAT =
  /(?<![\p{L}\d])(?<value>ATU ?\d{8}|DE ?\d{9}|NL ?\d{9} ?B\d\d|CHE-?\d{3}\.?\d{3}\.?\d{3}|FR ?[\dA-Z]{2} ?\d{9}|GB ?\d{3} ?\d{4} ?\d\d|\d\d\.\d{3}\.\d{3}\/\d{4}-\d\d)(?![\p{L}\d])/u;
/** Digits of a card that are hidden, then the last four. */
const CARD =
  /(?:[*xX•·#.]{4,16}[\s-]?|(?<!\p{L})(?:[*xX•·]{2,4}[\s-]){1,3})(?<value>\d{4})(?!\d)|(?:ending|endend auf|acct|account|card|karte|kart)\s?(?:in|no|nr|#)?[\s.:]{0,3}(?<ending>\d{4})(?!\d|[.,/-]\d)/iu;

const trimmed = (value: string) => value.replace(/[\s.\-/]{1,4}$/u, '');

/** The first row that has one, of those given. */
function first(
  rows: readonly Row[],
  patterns: readonly RegExp[],
  evidence: number,
  sane: (value: string) => boolean = () => true,
): Identifier | null {
  for (const pattern of patterns) {
    for (const row of rows) {
      const groups = pattern.exec(row.text.replace(/İ/g, 'I'))?.groups;
      const value = trimmed(groups?.value ?? groups?.ending ?? '');
      if (value !== '' && sane(value)) return { value, evidence, row };
    }
  }
  return null;
}

/** The merchant's phone and tax number, the number of the receipt, and the last four digits of the card. */
export function findIdentifiers(rows: readonly Row[]): {
  readonly [N in ReceiptFieldName]?: Identifier | null;
} {
  return {
    receiptNumber: first(
      rows,
      RECEIPT_NUMBER,
      0.85,
      (value) => /\d{2}/.test(value) && /[1-9]/.test(value) && datesIn(value).length === 0,
    ),
    taxId: first(rows, [...TAX_ID, EUROPEAN_VAT], 0.85, (value) => (value.match(/\d/g)?.length ?? 0) >= 7),
    phone: first(rows, [...PHONE, BARE_PHONE], 0.85, (value) => (value.match(/\d/g)?.length ?? 0) >= 6),
    cardLast4: first(rows, [CARD], 0.9),
  };
}

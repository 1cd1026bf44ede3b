import { NOT_A_PAYMENT, PAYMENT_LABELS, PAYMENT_METHODS } from '../lexicon/payment-methods.ts';
import type { Row } from '../page/rows.ts';
import { phraseSet, phraseTables } from '../words/phrase-set.ts';
import { type Decimal, equals } from './decimal.ts';
import type { Entry } from './ledger.ts';

/** How the receipt was paid, how sure it is, and the rows that say so. */
export interface PaymentEvidence {
  readonly value: string;
  readonly evidence: number;
  readonly rows: readonly Row[];
}

const methodsIn = phraseTables(PAYMENT_METHODS.map(({ phrases }) => phrases));
const LABEL = phraseSet(PAYMENT_LABELS);
const OTHER = phraseSet(NOT_A_PAYMENT);

/** The method named beside an amount that was paid; a brand of card anywhere below the items counts for less. */
export function findPayment(entries: readonly Entry[], total: Decimal | null): PaymentEvidence | null {
  let best: (PaymentEvidence & { score: number }) | null = null;
  for (const entry of entries) {
    const { folded } = entry.row;
    const found = PAYMENT_METHODS[Math.min(...methodsIn(folded).keys())];
    if (!found || OTHER.in(folded)) continue;
    const paid = entry.role === 'paid';
    const amount = paid && entry.amounts.length > 0;
    const exact = total !== null && entry.amounts.some((value) => equals(value, total));
    const labelled = LABEL.in(folded);
    const score = (amount ? 3 : 0) + (exact ? 1 : 0) + (labelled ? 2 : 0) + (entry.at / entries.length) * 0.5;
    if (score < 1 && !paid) continue;
    if (!best || score > best.score) {
      best = { value: found.method, evidence: Math.min(0.96, 0.45 + score * 0.12), rows: entry.from, score };
    }
  }
  return best;
}

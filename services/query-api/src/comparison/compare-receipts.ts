import {
  type FieldComparison,
  RECEIPT_FIELDS,
  type Receipt,
  type ReceiptComparison,
  type ReceiptField,
  type ReceiptFieldName,
} from '@inkstream/contracts';
import { type Unknown, weighedByArithmetic } from './arithmetic.ts';
import { askForLists, type Listing, listsOf } from './entry-lists.ts';
import { type Amounts, equationsOf } from './equations.ts';
import { DISCOUNTS, ITEMS, sumsOf, TAXES } from './listings.ts';
import { type Question, questionOf, type Source, trustIn } from './said.ts';
import { meaningOf, thousandths } from './values.ts';

const FIELDS = new Map(RECEIPT_FIELDS.map((field) => [field.name, field]));
const EXTRAS = ['tip', 'serviceCharge', 'rounding'] as const;

/** What is more probable than all else is what they agree on. */
const isConsensus = (probability: number): boolean => probability > 0.5;
const rounded = (probability: number): number => Math.round(probability * 1e4) / 1e4;

const askFor = (sources: readonly Source[], name: ReceiptFieldName): Question<string> =>
  questionOf(
    sources.flatMap((source) => {
      const field: ReceiptField | null | undefined = source.receipt[name];
      if (!field) return [];
      const { value, confidence } = field;
      return [{ source, value, confidence, key: meaningOf(name, value), trust: trustIn(field) }];
    }),
  );

const amountOf = (value: string | undefined): number | null => thousandths(value ?? null);

const unknownAmount = ({ candidates, hypotheses }: Question<string>): Unknown<number | null> => ({
  hypotheses,
  amounts: candidates.map(({ best }) => amountOf(best.value)),
});

/** The value that is more probable than not, and how probable it is. */
function agreed<Value>({ candidates }: Question<Value>, probabilities: readonly number[]) {
  const at = probabilities.findIndex(isConsensus);
  const candidate = candidates[at];
  return candidate && { ...candidate, probability: rounded(probabilities[at] ?? 0) };
}

/** Questions of fields, and the probabilities of their answers, in the same order. */
type Answered = { readonly question: Question<string>; readonly probabilities: readonly number[] };

function fieldOf(
  name: ReceiptFieldName,
  { question, probabilities }: Answered,
  amounts: Amounts,
): FieldComparison {
  const consensus = agreed(question, probabilities);
  const isTerm = name === 'subtotal' || name === 'tax' || name === 'total';
  const checks = equationsOf(amounts).filter(
    ({ code }) => isTerm && !(name === 'tax' && code === 'items_add_up'),
  );
  return {
    name,
    title: FIELDS.get(name)?.title ?? name,
    differs: question.candidates.length > 1,
    values: question.candidates
      .map(({ best, by }, at) => ({
        value: best.value,
        probability: rounded(probabilities[at] ?? 0),
        by: by.map(({ source: { executionId, ocrProvider }, value, confidence }) => ({
          executionId,
          ocrProvider,
          value,
          ...(confidence !== undefined && { confidence }),
        })),
      }))
      .toSorted((a, b) => b.probability - a.probability),
    consensus: consensus
      ? {
          value: consensus.best.value,
          probability: consensus.probability,
          providers: consensus.by.map(({ source }) => source.ocrProvider),
          checks,
        }
      : null,
  };
}

/** What they agree on of the items, and what they do not. */
function itemsOf(question: Question<Receipt>, probabilities: readonly number[], amounts: Amounts) {
  if (question.candidates.length === 0) return null;
  const consensus = agreed(question, probabilities);
  return {
    differs: question.candidates.length > 1,
    lists: listsOf(question, probabilities.map(rounded), ITEMS).map(({ entries, ...list }) => ({
      items: entries,
      ...list,
    })),
    consensus: consensus
      ? {
          items: consensus.best.value.items.map(ITEMS.shown),
          probability: consensus.probability,
          providers: consensus.by.map(({ source }) => source.ocrProvider),
          checks: equationsOf(amounts).filter(({ code }) => code === 'items_add_up'),
        }
      : null,
  };
}

/** Lists of what no equation weighs. */
function entriesOf<Entry extends Pick<ReceiptField, 'checks' | 'confidence'>, Shown>(
  sources: readonly Source[],
  listing: Listing<Entry, Shown>,
) {
  const question = askForLists(sources, listing);
  if (question.candidates.length === 0) return null;
  const probabilities = question.hypotheses.map(({ probability }) => probability);
  const consensus = agreed(question, probabilities);
  return {
    differs: question.candidates.length > 1,
    lists: listsOf(question, probabilities.map(rounded), listing),
    consensus: consensus
      ? {
          entries: listing.of(consensus.best.value).map(listing.shown),
          probability: consensus.probability,
          providers: consensus.by.map(({ source }) => source.ocrProvider),
        }
      : null,
  };
}

/**
 * What several executions read of the same receipt, field by field: who says what, where they differ, and what is the
 * most probable, by how sure they are and by what adds up. `docs/comparison.md` explains it.
 */
export function compareReceipts(sources: readonly Source[]): ReceiptComparison {
  const questions = new Map(RECEIPT_FIELDS.map(({ name }) => [name, askFor(sources, name)]));
  const items = askForLists(sources, ITEMS);
  const asked = (name: ReceiptFieldName): Question<string> =>
    questions.get(name) ?? { candidates: [], hypotheses: [] };
  const alone = (name: ReceiptFieldName) => asked(name).hypotheses.map(({ probability }) => probability);
  const extra = EXTRAS.reduce(
    (sum, name) => sum + (amountOf(agreed(asked(name), alone(name))?.best.value) ?? 0),
    0,
  );
  const weighed = weighedByArithmetic(
    {
      subtotal: unknownAmount(asked('subtotal')),
      tax: unknownAmount(asked('tax')),
      total: unknownAmount(asked('total')),
      items: {
        hypotheses: items.hypotheses,
        amounts: items.candidates.map(({ best }) => sumsOf(best.value)),
      },
    },
    extra,
  );
  const probabilitiesOf = (name: ReceiptFieldName) =>
    name === 'subtotal' || name === 'tax' || name === 'total' ? weighed[name] : alone(name);
  const settled = (name: 'subtotal' | 'tax' | 'total') =>
    amountOf(agreed(asked(name), weighed[name])?.best.value);
  const list = agreed(items, weighed.items)?.best.value;
  const amounts: Amounts = {
    subtotal: settled('subtotal'),
    tax: settled('tax'),
    total: settled('total'),
    items: list ? sumsOf(list) : [],
    extra,
  };
  return {
    fields: RECEIPT_FIELDS.flatMap(({ name }) => {
      const question = asked(name);
      if (question.candidates.length === 0) return [];
      return [fieldOf(name, { question, probabilities: probabilitiesOf(name) }, amounts)];
    }),
    items: itemsOf(items, weighed.items, amounts),
    taxes: entriesOf(sources, TAXES),
    discounts: entriesOf(sources, DISCOUNTS),
  };
}
